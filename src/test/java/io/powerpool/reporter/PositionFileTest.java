package io.powerpool.reporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.powerpool.reporter.PositionFile.Position;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
  void aJournalIsForgottenOnlyAfterMoreThanAYearAndAThousandOthers() throws IOException {
    Path path = folder.resolve("x.positions");
    StringBuilder text = new StringBuilder("journal positions 1\n");
    for (int i = 0; i < 1500; i++) {
      text.append("j").append(i).append(" 5 -1\n");
    }
    Files.writeString(path, text);
    long[] today = {20_000};
    PositionFile file = PositionFile.open(path, () -> today[0]);
    file.put("new", new Position(1, -1));
    assertThat(file.get("j0").stored()).isEqualTo(5);

    today[0] += 300;
    file = PositionFile.open(path, () -> today[0]);
    assertThat(file.get("j0").stored()).isEqualTo(5);
    file.put("j0", new Position(6, -1));
    today[0] += 100;
    file = PositionFile.open(path, () -> today[0]);
    file.put("j1", new Position(7, -1));
    assertThat(file.get("new").stored()).as("400 days").isEqualTo(1);
    today[0]++;
    file.put("newest", new Position(1, -1));
    file = PositionFile.open(path, () -> today[0]);
    assertThat(file.get("j2")).isEqualTo(Position.START);
    assertThat(file.get("j1499").stored()).as("of the newer thousand").isEqualTo(5);
    assertThat(file.get("new").stored()).isEqualTo(1);
    List<String> lines = Files.readAllLines(path);
    assertThat(lines).hasSize(2 + 1000 + 4);
    assertThat(lines.subList(lines.size() - 7, lines.size()))
        .containsExactly(
            "new 1 -1",
            "@20300 0 -1",
            "j0 6 -1",
            "@20400 0 -1",
            "j1 7 -1",
            "@20401 0 -1",
            "newest 1 -1");
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
