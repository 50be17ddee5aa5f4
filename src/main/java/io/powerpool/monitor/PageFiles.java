package io.powerpool.monitor;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The page's files, read once from the jar. Only the names listed here exist, so no path can lead
 * anywhere else.
 */
final class PageFiles {
  static final String INDEX = "index.html";

  private static final Map<String, String> CONTENT_TYPES =
      Map.of(
          INDEX,
          "text/html; charset=utf-8",
          "app.js",
          "text/javascript; charset=utf-8",
          "style.css",
          "text/css; charset=utf-8",
          "icon.svg",
          "image/svg+xml");

  record PageFile(String contentType, Buffer content) {}

  private final Map<String, PageFile> files = new HashMap<>();

  PageFiles() {
    CONTENT_TYPES.forEach((name, type) -> files.put(name, new PageFile(type, read(name))));
  }

  Optional<PageFile> file(String name) {
    return Optional.ofNullable(files.get(name));
  }

  private static Buffer read(String name) {
    try (InputStream in = PageFiles.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks the page's " + name);
      }
      return Buffer.buffer(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
