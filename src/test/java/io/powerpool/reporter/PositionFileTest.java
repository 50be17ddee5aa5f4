package io.powerpool.reporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.powerpool.reporter.PositionFile.Position;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PositionFileTest {

  @TempDir Path folder;

  @Test
  void whatWasPutIsThereAfterARestart() throws IOException {
    Path path = folder.resolve("a/x.positions");
    PositionFile file = PositionFile.open(path);
    assertThat(file.get("j1")).isEqualTo(new Position(0, -1));
    file.put("j1", new Position(0, 17));
    file.put("j2", new Position(5, -1));
    file.put("j1", new Position(17, -1));
    PositionFile again = PositionFile.open(path);
    assertThat(again.get("j1")).isEqualTo(new Position(17, -1));
    assertThat(again.get("j2")).isEqualTo(new Position(5, -1));
  }

  @Test
  void theJournalsThatWereServedLongestAgoAreForgotten() throws IOException {
    Path path = folder.resolve("x.positions");
    StringBuilder text = new StringBuilder("journal positions 1\n");
    for (int i = 0; i < 1000; i++) {
      text.append("j").append(i).append(" 5 -1\n");
    }
    Files.writeString(path, text);
    PositionFile file = PositionFile.open(path);
    file.put("j0", new Position(6, -1));
    file.put("new", new Position(1, -1));
    PositionFile again = PositionFile.open(path);
    assertThat(again.get("j1")).isEqualTo(Position.START);
    assertThat(again.get("j0").stored()).isEqualTo(6);
    assertThat(again.get("j2").stored()).isEqualTo(5);
  }

  @Test
  void aFileThatMakesNoSenseIsNamedWithItsLine() throws IOException {
    Path path = folder.resolve("x.positions");
    for (String line : new String[] {"j1 5", "j1 5 -2", "j1 99999999999999999999 -1", "\u0000"}) {
      Files.writeString(path, "journal positions 1\nj0 1 -1\n" + line + "\n");
      assertThatThrownBy(() -> PositionFile.open(path))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("line 3")
          .hasMessageContaining(line);
    }
    Files.writeString(path, "something else");
    assertThatThrownBy(() -> PositionFile.open(path)).hasMessageContaining("journal positions 1");
  }

  @Test
  void aDiskThatRefusesIsTold() throws IOException {
    Files.writeString(folder.resolve("file"), "");
    PositionFile file = PositionFile.open(folder.resolve("x.positions"));
    Files.delete(folder.resolve("x.positions"));
    Files.createDirectory(folder.resolve("x.positions"));
    Files.writeString(folder.resolve("x.positions/y"), "");
    assertThatThrownBy(() -> file.put("j", new Position(1, -1))).isInstanceOf(IOException.class);
  }
}
