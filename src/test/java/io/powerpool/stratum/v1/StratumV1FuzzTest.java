package io.powerpool.stratum.v1;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.bitcoin.Hex;
import io.powerpool.stratum.v1.SessionHarness.Miner;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Whatever a line holds, no exception escapes, there is exactly one reply, and memory does not
 * grow. Lines: 100,000, or as many as the system property {@code test.fuzz.lines} says; the seed is
 * printed, and {@code test.fuzz.seed} sets it.
 */
class StratumV1FuzzTest {

  private static final String USER = SessionHarness.ADDRESS + ".rig1";
  private static final String[] WORDS = {
    "mining.submit",
    "mining.subscribe",
    "mining.authorize",
    "mining.configure",
    "mining.extranonce.subscribe",
    "mining.suggest_difficulty",
    "mining.suggest_target",
    "mining.get_transactions",
    "mining.ping",
    "client.get_version",
    "version-rolling",
    "version-rolling.mask",
    "version-rolling.min-bit-count",
    "minimum-difficulty",
    "minimum-difficulty.value",
    "subscribe-extranonce",
    "info",
    "info.sw-version",
    "id",
    "method",
    "params",
    "result",
    "error",
    "",
    "1fffe000",
    "00000001",
    "0000000000000001",
    "ffffffff",
    USER,
    "d=1e-9",
    "1e400",
    "-0",
    "x",
    "\\u0000",
    "\uD800"
  };
  private static final String[] VALUES = {
    "null", "-0", "0", "1e308", "-1e400", "[]", "{}", "true", "\"\"", "\"\u0000\"", "[[[]]]", "1.5"
  };
  private static final Pattern VALUE = Pattern.compile("\"[^\"]*\"|[0-9.]+|null");
  private static final long MOST_GROWTH = 32L << 20;

  private final int count = Integer.getInteger("test.fuzz.lines", 100_000);
  private final long seed = Long.getLong("test.fuzz.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final SessionHarness pool =
      new SessionHarness("sha256d", Map.of("limits", Map.of("max_shares_per_job", 1000)));
  private Miner miner;
  private String job;
  private boolean asked;

  @Test
  void everyLineIsAnsweredOnceAndNothingEscapes() throws IOException {
    System.out.println("fuzz seed " + seed);
    List<String> conversation = conversation();
    pool.job("a", SessionHarness.HARD);
    connect();
    long heapBefore = 0;
    for (int i = 0; i < count; i++) {
      if (i % 1000 == 0) {
        pool.nowMillis += 1000;
        pool.job(i % 10_000 == 0 ? "a" : "b", SessionHarness.HARD);
        pool.port.onTick();
        pool.shares.clear();
      }
      if (i == count / 4) {
        heapBefore = usedHeap();
      }
      byte[] line =
          switch (i % 4) {
            case 0 -> randomBytes();
            case 1 -> randomJson(0).getBytes(StandardCharsets.UTF_8);
            case 2 -> mutated(conversation.get(random.nextInt(conversation.size())));
            default -> otherValue(conversation.get(random.nextInt(conversation.size())));
          };
      check(line);
      if (miner.closed != null || random.nextInt(200) == 0) {
        pool.port.remove(miner.session);
        miner.session.onClosed(pool.nowMillis * 1_000_000);
        pool.nowMillis += 10;
        connect();
      }
    }
    pool.node.expireParked(Long.MAX_VALUE);
    assertThat(pool.port.sessions()).hasSize(1);
    assertThat(pool.node.sessions().open()).isLessThanOrEqualTo(1);
    assertThat(pool.node.extranonces("TST", 4, 0).inUse()).isLessThanOrEqualTo(1);
    assertThat(usedHeap() - heapBefore).isLessThan(MOST_GROWTH);
  }

  private void connect() {
    miner = pool.connect();
    asked = false;
    if (random.nextInt(4) != 0) {
      miner.mine(USER);
      job = miner.order("mining.notify").getString(0);
    }
  }

  private void check(byte[] line) {
    miner.lines.clear();
    try {
      miner.session.onLine(line, 0, line.length);
      miner.session.flush();
    } catch (RuntimeException | StackOverflowError e) {
      throw new AssertionError("seed " + seed + ", escaped from " + shown(line), e);
    }
    if (new String(line, StandardCharsets.UTF_8).isBlank() || miner.closed != null) {
      return;
    }
    int replies = 0;
    boolean answersUs = asked && isAnswer(line);
    for (String answer : miner.lines) {
      JsonObject json;
      try {
        json = new JsonObject(answer);
      } catch (DecodeException e) {
        throw new AssertionError("malformed reply " + answer + " to " + shown(line), e);
      }
      if ("client.get_version".equals(json.getValue("method"))) {
        asked = true;
      } else if (!json.containsKey("method")) {
        replies++;
        assertThat(json.fieldNames()).containsExactly("id", "result", "error");
        if (json.getValue("error") != null) {
          JsonArray error = json.getJsonArray("error");
          assertThat(error.getInteger(0)).isBetween(20, 25);
          assertThat(error.getString(1)).isNotBlank();
        }
      }
    }
    if (answersUs && replies == 0) {
      asked = false;
    } else if (replies != 1) {
      throw new AssertionError(
          "seed " + seed + ": " + replies + " replies to " + shown(line) + ": " + miner.lines);
    }
  }

  /** Whether the line answers the pool's question, which has the id 1. */
  private static boolean isAnswer(byte[] line) {
    try {
      JsonObject json = new JsonObject(new String(line, StandardCharsets.UTF_8));
      return json.getValue("method") == null && json.getValue("id") instanceof Number;
    } catch (DecodeException e) {
      return false;
    }
  }

  private static String shown(byte[] line) {
    return new String(line, StandardCharsets.UTF_8) + " = " + Hex.encode(line);
  }

  private byte[] randomBytes() {
    byte[] bytes = new byte[random.nextInt(120)];
    random.nextBytes(bytes);
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        bytes[i] = '{';
      }
    }
    return bytes;
  }

  private String randomJson(int depth) {
    return switch (random.nextInt(depth > 6 ? 5 : 9)) {
      case 0 -> "null";
      case 1 -> random.nextBoolean() ? "true" : "false";
      case 2 -> String.valueOf(random.nextInt());
      case 3 -> random.nextDouble() * Math.pow(10, random.nextInt(600) - 300) + "";
      case 4 -> "\"" + word() + "\"";
      case 5 -> randomArray(depth);
      case 6 -> "[".repeat(random.nextInt(2000)) + "]".repeat(random.nextInt(2000));
      default -> randomObject(depth);
    };
  }

  private String randomArray(int depth) {
    StringBuilder array = new StringBuilder("[");
    for (int i = random.nextInt(7); i > 0; i--) {
      array.append(randomJson(depth + 1)).append(i == 1 ? "" : ",");
    }
    return array + "]";
  }

  private String randomObject(int depth) {
    StringBuilder object = new StringBuilder("{");
    if (random.nextInt(3) != 0) {
      object.append("\"id\":").append(randomJson(6)).append(",\"method\":\"").append(word());
      object.append("\",\"params\":").append(randomJson(depth + 1)).append(",");
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      object.append("\"").append(word()).append("\":").append(randomJson(depth + 1)).append(",");
    }
    return object + "\"z\":0}";
  }

  private String word() {
    return WORDS[random.nextInt(WORDS.length)];
  }

  private byte[] mutated(String line) {
    byte[] bytes = filledIn(line).getBytes(StandardCharsets.UTF_8);
    for (int i = random.nextInt(4); i > 0; i--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes[at] = (byte) "\"{}[]:,\\0e".charAt(random.nextInt(10));
        case 2 -> bytes = remove(bytes, at, random.nextInt(8));
        default -> bytes = repeat(bytes, at, random.nextInt(20));
      }
      if (bytes.length == 0) {
        return new byte[] {'x'};
      }
    }
    return bytes;
  }

  /** A sound message with another kind of value in one place. */
  private byte[] otherValue(String line) {
    Matcher values = VALUE.matcher(filledIn(line));
    int chosen = random.nextInt(8);
    StringBuilder changed = new StringBuilder();
    for (int i = 0; values.find(); i++) {
      String value = i == chosen ? VALUES[random.nextInt(VALUES.length)] : values.group();
      values.appendReplacement(changed, Matcher.quoteReplacement(value));
    }
    return values.appendTail(changed).toString().getBytes(StandardCharsets.UTF_8);
  }

  private String filledIn(String line) {
    return line.replace("USER", USER)
        .replace("JOB", job == null ? "0" : job)
        .replace("TIME", Hex.ofInt((int) pool.seconds()))
        .replace("NONCE", Hex.ofInt(random.nextInt()));
  }

  private static byte[] remove(byte[] bytes, int at, int length) {
    int end = Math.min(bytes.length, at + length);
    byte[] result = new byte[bytes.length - (end - at)];
    System.arraycopy(bytes, 0, result, 0, at);
    System.arraycopy(bytes, end, result, at, bytes.length - end);
    return result;
  }

  private static byte[] repeat(byte[] bytes, int at, int length) {
    int end = Math.min(bytes.length, at + length);
    byte[] result = new byte[bytes.length + end - at];
    System.arraycopy(bytes, 0, result, 0, end);
    System.arraycopy(bytes, at, result, end, bytes.length - at);
    return result;
  }

  private static List<String> conversation() throws IOException {
    try (InputStream file =
        StratumV1FuzzTest.class.getResourceAsStream("/stratum/v1/conversations.txt")) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .toList();
    }
  }

  private static long usedHeap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
