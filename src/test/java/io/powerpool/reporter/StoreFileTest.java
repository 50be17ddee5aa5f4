package io.powerpool.reporter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreFileTest {

  @TempDir private Path folder;

  @Test
  void aDamagedFileIsPutAsideAndStopsNothing() throws IOException {
    Path file = folder.resolve("stores");
    byte[] damaged = {0x73, 0x74, (byte) 0xff, 0, 0};
    Files.write(file, damaged);
    List<String> told = new ArrayList<>();
    StoreFile stores = StoreFile.openOrPutAside(folder, told::add);
    assertThat(told)
        .singleElement()
        .asString()
        .startsWith(file + " is put aside as stores.damaged");
    assertThat(folder.resolve("stores.damaged")).hasBinaryContent(damaged);
    stores.begin("j", "ledger", "0123456789abcdef", List.of("j"));
    assertThat(StoreFile.openOrPutAside(folder, told::add).of("j", "ledger"))
        .contains("0123456789abcdef");
    assertThat(told).hasSize(1);
  }
}
