package io.powerpool.reporter;

import io.vertx.core.Vertx;
import java.nio.file.Path;

/** The settings of one reporter, of whichever type. */
public interface ReporterOptions {

  /** Unique among the reporters of a pool, the same on every node. */
  String name();

  /** What it is told of. */
  ShareFilter filter();

  /**
   * Makes the reporter; it does nothing until it is started.
   *
   * @param dataDirectory where it may keep files
   */
  Reporter create(Vertx vertx, Path dataDirectory);
}
