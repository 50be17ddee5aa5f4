package io.powerpool.stratum.v1;

import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;

/** Turns answers and orders into lines. The only place that spells them; writes to a sink only. */
final class StratumV1Writer {

  private final LineSink out;
  private double lastDifficulty = Double.NaN;
  private byte[] lastDifficultyLine;

  StratumV1Writer(LineSink out) {
    this.out = out;
  }

  /** {@code true} as the result. */
  void accepted(RequestId id) {
    out.ascii("{\"id\":");
    id.write(out);
    out.ascii(",\"result\":true,\"error\":null}\n");
  }

  /** Any JSON value as the result. */
  void result(RequestId id, Object result) {
    out.ascii("{\"id\":");
    id.write(out);
    out.ascii(",\"result\":").raw(Json.encodeToBuffer(result).getBytes());
    out.ascii(",\"error\":null}\n");
  }

  void error(RequestId id, int code, String text) {
    out.ascii("{\"id\":");
    id.write(out);
    out.ascii(",\"result\":null,\"error\":[").ascii(Integer.toString(code)).ascii(",");
    out.raw(Json.encodeToBuffer(text).getBytes());
    out.ascii(",null]}\n");
  }

  void setDifficulty(double difficulty) {
    if (difficulty != lastDifficulty) {
      lastDifficulty = difficulty;
      LineSink line = new LineSink();
      line.ascii("{\"id\":null,\"method\":\"mining.set_difficulty\",\"params\":[")
          .ascii(number(difficulty))
          .ascii("]}\n");
      lastDifficultyLine = line.take();
    }
    out.raw(lastDifficultyLine);
  }

  /** A job as it goes to everybody. */
  void job(JobLine line) {
    out.raw(line.bytes());
  }

  /** A job for this miner alone. */
  void job(JobLine line, int issue, long time, boolean clean) {
    out.raw(line.patched(issue, time, clean));
  }

  /** An order with these parameters: {@code client.reconnect}, {@code mining.set_extranonce} … */
  void order(String method, Object... params) {
    JsonArray array = new JsonArray();
    for (Object param : params) {
      array.add(param);
    }
    out.ascii("{\"id\":null,\"method\":\"").ascii(method).ascii("\",\"params\":");
    out.raw(array.toBuffer().getBytes()).ascii("}\n");
  }

  /** A question that the miner answers. */
  void question(int id, String method) {
    out.ascii("{\"id\":").ascii(Integer.toString(id)).ascii(",\"method\":\"").ascii(method);
    out.ascii("\",\"params\":[]}\n");
  }

  /** Whole numbers without a fraction: some firmware reads no other form. */
  static String number(double value) {
    return value == Math.rint(value) && value < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
