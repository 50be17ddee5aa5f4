package io.powerpool.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import io.powerpool.process.OutOfMemory;
import org.slf4j.Marker;

/**
 * Sees every error that is about to be logged, whatever the level, by us or by the libraries that
 * catch what happens on their threads and go on: one that the process should not survive it does
 * not. Named in {@code logback.xml}.
 */
public final class OutOfMemoryFilter extends TurboFilter {

  @Override
  public FilterReply decide(
      Marker marker,
      Logger logger,
      Level level,
      String format,
      Object[] parameters,
      Throwable error) {
    OutOfMemory.check(error);
    // Logback takes an error in the last place for what is logged with its stack only afterwards.
    if (parameters != null
        && parameters.length > 0
        && parameters[parameters.length - 1] instanceof Throwable last) {
      OutOfMemory.check(last);
    }
    return FilterReply.NEUTRAL;
  }
}
