package io.powerpool.testing.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.Manifest;

/**
 * A jar with the same code that calls itself another version: as long as there is only one, what it
 * shows is that versions are not compared, and that what one says of itself may differ.
 */
final class OtherVersion {

  private OtherVersion() {}

  /** The jar's copy in a folder, made when it is not there yet. */
  static Path of(Path jar, Path folder, String version) {
    Path copy = folder.resolve("powerpool-" + version + ".jar");
    if (Files.exists(copy)) {
      return copy;
    }
    try {
      Files.copy(jar, copy);
      try (FileSystem files = FileSystems.newFileSystem(copy)) {
        Path file = files.getPath("META-INF/MANIFEST.MF");
        Manifest manifest;
        try (InputStream in = Files.newInputStream(file)) {
          manifest = new Manifest(in);
        }
        manifest.getMainAttributes().put(Attributes.Name.IMPLEMENTATION_VERSION, version);
        try (OutputStream out = Files.newOutputStream(file)) {
          manifest.write(out);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return copy;
  }
}
