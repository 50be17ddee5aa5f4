package io.powerpool.miner;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * What a pool answered to one request.
 *
 * @param result the result, null if there is none
 * @param code the error number, 0 if there is no error
 * @param message the error's text, empty if there is no error
 */
public record Reply(Object result, int code, String message) {

  private static final int OTHER = 20;

  /**
   * Reads a reply. Pools spell errors as an array, as an object, as a text, or, without any error,
   * as a {@code reject-reason} beside the result; all are understood.
   */
  static Reply from(JsonObject reply) {
    Object result = reply.getValue("result");
    Object error = reply.getValue("error");
    if (error instanceof JsonArray array) {
      return new Reply(result, code(valueAt(array, 0)), String.valueOf(valueAt(array, 1)));
    }
    if (error instanceof JsonObject object) {
      return new Reply(
          result, code(object.getValue("code")), String.valueOf(object.getValue("message")));
    }
    if (error != null && !Boolean.FALSE.equals(error)) {
      return new Reply(result, OTHER, error.toString());
    }
    Object reason = reply.getValue("reject-reason");
    return reason == null ? new Reply(result, 0, "") : new Reply(result, OTHER, reason.toString());
  }

  /** Whether the pool said no. */
  public boolean isError() {
    return code != 0;
  }

  /** Whether the pool said yes: {@code true} and no error. */
  public boolean isTrue() {
    return code == 0 && Boolean.TRUE.equals(result);
  }

  /** The error as people read it, "23 low difficulty"; "false" for a bare refusal. */
  public String reason() {
    return code == 0 ? String.valueOf(result) : code + " " + message;
  }

  private static Object valueAt(JsonArray array, int index) {
    return index < array.size() ? array.getValue(index) : null;
  }

  private static int code(Object value) {
    return value instanceof Number number && number.intValue() != 0 ? number.intValue() : OTHER;
  }
}
