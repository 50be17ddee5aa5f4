package io.powerpool.stratum.v1;

import io.powerpool.bitcoin.Hex;
import io.powerpool.share.Submission;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Turns lines into calls. The one place that knows method names and the shape of their parameters.
 * One per event loop, used for all its sessions.
 */
final class StratumV1Reader {

  /** A parameter that is not what the method takes. */
  private static final class BadParameter extends Exception {
    private static final long serialVersionUID = 1;

    BadParameter(String message) {
      // Ordinary on an open port, so without the cost of a stack trace.
      super(message, null, false, false);
    }
  }

  private static final int MOST_EXTENSIONS = 32;

  private final SubmitScanner scanner = new SubmitScanner();
  private final Submission submission = new Submission();
  private final RequestId id = new RequestId();

  /**
   * Reads one line, without its end, and makes exactly one call of it. An empty line makes none: it
   * asks nothing.
   */
  void read(byte[] bytes, int from, int to, StratumV1Session session, StratumV1Requests requests) {
    if (scanner.scan(bytes, from, to, id, submission)) {
      requests.onSubmit(
          session, id, bytes, scanner.workerFrom(), scanner.workerLength(), submission);
      return;
    }
    id.clear();
    String text = new String(bytes, from, to - from, StandardCharsets.UTF_8);
    if (text.isBlank()) {
      return;
    }
    Object value;
    try {
      value = Json.decodeValue(Buffer.buffer(text));
    } catch (DecodeException e) {
      requests.onMalformed(session, id, "Not JSON");
      return;
    }
    if (!(value instanceof JsonObject request)) {
      requests.onMalformed(session, id, "Not a JSON object");
      return;
    }
    Object requestId = request.getValue("id");
    if (requestId instanceof Number || requestId instanceof String) {
      // What does not fit into a double came as a number, and Json would make a text of it.
      boolean tooLarge = requestId instanceof Double number && number.isInfinite();
      id.set(tooLarge ? "null" : Json.encode(requestId));
    }
    Object method = request.getValue("method");
    if (method == null && (request.containsKey("result") || request.containsKey("error"))) {
      if (!requests.onAnswer(session, requestId, request)) {
        requests.onMalformed(session, id, "An answer to nothing that was asked");
      }
      return;
    }
    if (!(method instanceof String name)) {
      requests.onMalformed(session, id, "'method' must be a string");
      return;
    }
    try {
      call(name, request.getValue("params"), session, requests);
    } catch (BadParameter e) {
      requests.onMalformed(session, id, name + ": " + e.getMessage());
    }
  }

  private void call(
      String method, Object params, StratumV1Session session, StratumV1Requests requests)
      throws BadParameter {
    switch (method) {
      case "mining.submit" -> submit(array(params), session, requests);
      case "mining.subscribe" -> {
        JsonArray array = array(params);
        requests.onSubscribe(session, id, optionalText(array, 0), optionalText(array, 1));
      }
      case "mining.authorize" -> {
        JsonArray array = array(params);
        requests.onAuthorize(session, id, text(array, 0, "the user name"), optionalText(array, 1));
      }
      case "mining.configure" -> configure(array(params), session, requests);
      case "mining.extranonce.subscribe" -> requests.onExtranonceSubscribe(session, id);
      case "mining.suggest_difficulty" ->
          requests.onSuggestDifficulty(session, id, difficulty(single(params, "the difficulty")));
      case "mining.suggest_target" ->
          requests.onSuggestTarget(session, id, target(single(params, "the target")));
      case "mining.get_transactions" ->
          requests.onGetTransactions(session, id, jobKey(text(array(params), 0, "the job id")));
      case "mining.ping" -> requests.onPing(session, id);
      case "client.get_version" -> requests.onGetVersion(session, id);
      default -> requests.onUnknown(session, id, method);
    }
  }

  private void submit(JsonArray params, StratumV1Session session, StratumV1Requests requests)
      throws BadParameter {
    byte[] worker = text(params, 0, "the worker's name").getBytes(StandardCharsets.UTF_8);
    long jobKey = jobKey(text(params, 1, "the job id"));
    String extranonce2 = text(params, 2, "extranonce2");
    if (extranonce2.length() > 16 || extranonce2.length() % 2 != 0) {
      throw new BadParameter("extranonce2 has a wrong length: " + shown(extranonce2));
    }
    long time = hex(text(params, 3, "ntime"), 8, 8, "ntime");
    long nonce = hex(text(params, 4, "the nonce"), 8, 8, "the nonce");
    long versionBits = Submission.NO_VERSION_BITS;
    if (params.size() > 5 && params.getValue(5) != null) {
      versionBits = hex(text(params, 5, "the version bits"), 8, 8, "the version bits");
    }
    submission.set(
        jobKey,
        hex(extranonce2, 0, 16, "extranonce2"),
        extranonce2.length() / 2,
        time,
        (int) nonce,
        versionBits);
    requests.onSubmit(session, id, worker, 0, worker.length, submission);
  }

  private void configure(JsonArray params, StratumV1Session session, StratumV1Requests requests)
      throws BadParameter {
    if (params.isEmpty() || !(params.getValue(0) instanceof JsonArray wanted)) {
      throw new BadParameter("the first parameter must be a list of extensions");
    }
    if (wanted.size() > MOST_EXTENSIONS) {
      throw new BadParameter("more than " + MOST_EXTENSIONS + " extensions");
    }
    List<String> extensions = new ArrayList<>();
    for (Object extension : wanted) {
      if (!(extension instanceof String name)) {
        throw new BadParameter("an extension must be a string");
      }
      extensions.add(name);
    }
    Map<String, Object> parameters = Map.of();
    if (params.size() > 1 && params.getValue(1) != null) {
      if (!(params.getValue(1) instanceof JsonObject object)) {
        throw new BadParameter("the second parameter must be an object");
      }
      parameters = object.getMap();
    }
    requests.onConfigure(session, id, extensions, parameters);
  }

  private static JsonArray array(Object params) throws BadParameter {
    if (params == null) {
      return new JsonArray();
    }
    if (params instanceof JsonArray array) {
      return array;
    }
    throw new BadParameter("'params' must be a list");
  }

  /** A single parameter, in a list as it should be or bare as some miners send it. */
  private static Object single(Object params, String what) throws BadParameter {
    Object value =
        params instanceof JsonArray array ? (array.isEmpty() ? null : array.getValue(0)) : params;
    if (value == null) {
      throw new BadParameter(what + " is missing");
    }
    return value;
  }

  private static String text(JsonArray params, int index, String what) throws BadParameter {
    if (params.size() <= index || params.getValue(index) == null) {
      throw new BadParameter(what + " is missing");
    }
    if (params.getValue(index) instanceof String text) {
      return text;
    }
    throw new BadParameter(what + " must be a string");
  }

  /** A text that need not be there; what is no text counts as not there. */
  private static String optionalText(JsonArray params, int index) {
    return params.size() > index && params.getValue(index) instanceof String text ? text : "";
  }

  private static double difficulty(Object value) throws BadParameter {
    double difficulty = Double.NaN;
    if (value instanceof Number number) {
      difficulty = number.doubleValue();
    } else if (value instanceof String text) {
      try {
        difficulty = Double.parseDouble(text);
      } catch (NumberFormatException e) {
        throw new BadParameter("not a number: " + shown(text));
      }
    }
    if (!(difficulty > 0) || Double.isInfinite(difficulty)) {
      throw new BadParameter("a difficulty is a positive number");
    }
    return difficulty;
  }

  private static String target(Object value) throws BadParameter {
    if (value instanceof String text && text.length() == 64) {
      for (int i = 0; i < 64; i++) {
        if (Hex.digit((byte) text.charAt(i)) < 0 || text.charAt(i) > 127) {
          throw new BadParameter("a target is 64 hexadecimal digits");
        }
      }
      return text;
    }
    throw new BadParameter("a target is 64 hexadecimal digits");
  }

  /** A job id as a number; one that we can never have sent becomes −1, which no job has. */
  private static long jobKey(String text) {
    try {
      return hex(text, 1, 16, "the job id");
    } catch (BadParameter e) {
      return -1;
    }
  }

  private static long hex(String text, int fewest, int most, String what) throws BadParameter {
    long value = 0;
    boolean good = text.length() >= fewest && text.length() <= most;
    for (int i = 0; good && i < text.length(); i++) {
      char c = text.charAt(i);
      int digit = c > 127 ? -1 : Hex.digit((byte) c);
      good = digit >= 0;
      value = value << 4 | digit;
    }
    if (!good) {
      String digits = fewest == most ? String.valueOf(most) : "at most " + most;
      throw new BadParameter(what + " must be " + digits + " hexadecimal digits: " + shown(text));
    }
    return value;
  }

  private static String shown(String text) {
    return "'" + (text.length() <= 40 ? text : text.substring(0, 40) + "…") + "'";
  }
}
