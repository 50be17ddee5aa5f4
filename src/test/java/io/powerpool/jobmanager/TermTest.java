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
  void growsEvenIfTheClockWasTurnedBack() {
    Path file = folder.resolve("terms/LTC");
    assertThat(Term.next(file, 2_000)).isEqualTo(2_000);
    assertThat(Term.next(file, 1_000)).isEqualTo(2_001);
    assertThat(Term.next(file, 1_000)).isEqualTo(2_002);
    assertThat(Term.next(file, 3_000)).isEqualTo(3_000);
  }

  @Test
  void aDamagedFileDoesNotStopTheWork() throws IOException {
    Path file = Files.writeString(folder.resolve("LTC"), "garbage");
    assertThat(Term.next(file, 1_000)).isEqualTo(1_000);
    Files.writeString(file, Long.toString(Long.MAX_VALUE));
    assertThat(Term.next(file, 1_000)).isEqualTo(1_000);
  }
}
