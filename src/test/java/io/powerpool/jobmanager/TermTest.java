package io.powerpool.jobmanager;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TermTest {

  @TempDir private Path folder;

  @Test
  void theLastOneIsKnownAfterARestart() {
    Path file = folder.resolve("terms/LTC");
    assertThat(Term.last(file)).isZero();
    Term.note(file, 2_000);
    Term.note(file, 2_001);
    assertThat(Term.last(file)).isEqualTo(2_001);
  }

  @Test
  void aDamagedFileDoesNotStopTheWork() throws IOException {
    Path file = Files.writeString(folder.resolve("LTC"), "garbage");
    assertThat(Term.last(file)).isZero();
    Files.writeString(file, Long.toString(Long.MAX_VALUE));
    assertThat(Term.last(file)).isZero();
  }
}
