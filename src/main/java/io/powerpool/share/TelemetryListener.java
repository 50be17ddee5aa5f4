package io.powerpool.share;

/** Told of all telemetry that was accepted. */
public interface TelemetryListener {

  /** Called from every event loop at once: implementations are thread safe and never block. */
  void onTelemetry(Telemetry telemetry);
}
