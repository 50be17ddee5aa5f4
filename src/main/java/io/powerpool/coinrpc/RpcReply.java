package io.powerpool.coinrpc;

import io.powerpool.coinrpc.CoinRpcException.Kind;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;

/**
 * Takes the envelope off a JSON-RPC reply. The body is looked at before the HTTP status, because
 * nodes send their errors as JSON under status 500.
 */
final class RpcReply {

  private static final int EXCERPT_CHARS = 120;

  private RpcReply() {}

  /**
   * The {@code result} of the reply, null if it is null.
   *
   * @throws CoinRpcException if the reply is an error, or none to the call with this id
   */
  static Object result(int status, Buffer body, long id) {
    if (status == 401 || status == 403) {
      throw CoinRpcException.of(
          Kind.UNAUTHORIZED,
          status == 401
              ? "user name or password refused (HTTP 401)"
              : "this address is not admitted (HTTP 403)");
    }
    JsonObject reply = decode(status, body);
    throwIfError(reply.getValue("error"));
    if (status != 200) {
      throw malformed(status, body, "no error in the body");
    }
    if (!reply.containsKey("result")) {
      throw malformed(status, body, "neither result nor error in it");
    }
    if (!(reply.getValue("id") instanceof Number number) || number.longValue() != id) {
      throw malformed(status, body, "reply to id " + reply.getValue("id") + " instead of " + id);
    }
    return reply.getValue("result");
  }

  private static JsonObject decode(int status, Buffer body) {
    try {
      if (Json.decodeValue(body) instanceof JsonObject reply) {
        return reply;
      }
    } catch (DecodeException | IllegalArgumentException e) {
      throw malformed(status, body, "not JSON");
    }
    throw malformed(status, body, "not a JSON object");
  }

  /** Some old nodes spell an error as plain text instead of an object with code and message. */
  private static void throwIfError(Object error) {
    if (error instanceof JsonObject object) {
      int code = object.getValue("code") instanceof Number number ? number.intValue() : 0;
      throw CoinRpcException.refused(code, String.valueOf(object.getValue("message")));
    }
    if (error != null) {
      throw CoinRpcException.refused(0, error.toString());
    }
  }

  private static CoinRpcException malformed(int status, Buffer body, String why) {
    String excerpt =
        body.getString(0, Math.min(body.length(), EXCERPT_CHARS), StandardCharsets.UTF_8.name())
            .replaceAll("\\p{Cntrl}+", " ")
            .strip();
    return CoinRpcException.of(
        Kind.MALFORMED, "HTTP " + status + ", " + why + (excerpt.isEmpty() ? "" : ": " + excerpt));
  }
}
