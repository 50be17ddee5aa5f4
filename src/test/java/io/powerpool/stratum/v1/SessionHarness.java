package io.powerpool.stratum.v1;

import io.netty.buffer.ByteBuf;
import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Hex;
import io.powerpool.bitcoin.MerkleBranch;
import io.powerpool.coin.Coin;
import io.powerpool.coin.TransactionId;
import io.powerpool.config.Faults;
import io.powerpool.config.Section;
import io.powerpool.share.BlockReport;
import io.powerpool.share.Share;
import io.powerpool.share.SolvedBlock;
import io.powerpool.stratum.Clocks;
import io.powerpool.stratum.CloseReason;
import io.powerpool.stratum.MinerPort;
import io.powerpool.stratum.Peer;
import io.powerpool.stratum.SlowHashing;
import io.powerpool.stratum.StratumNode;
import io.powerpool.stratum.StratumOptions;
import io.powerpool.work.HeaderAssembler;
import io.powerpool.work.Job;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;

/** A port with sessions but without sockets, and a clock that stands until it is moved. */
final class SessionHarness {

  /** A network that no test's hash will ever satisfy. */
  static final CompactBits HARD = CompactBits.ofHex("03000001");

  /** A network that every second hash satisfies. */
  static final CompactBits EASY = CompactBits.ofHex("207fffff");

  static final String ADDRESS = "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn";

  /** A switching group of TST and TWO, whose difficulty 1 is sixteen times as hard. */
  static final String GROUP = "BOTH";

  final List<Share> shares = new ArrayList<>();
  final List<SolvedBlock> blocks = new ArrayList<>();
  final List<BlockReport> reports = new ArrayList<>();
  final StratumNode node;
  final MinerPort port;
  final StratumV1Service service;
  final Coin coin;

  /** What waits for the next turn of the event loop. */
  final Queue<Runnable> turns = new ArrayDeque<>();

  SlowHashing slowHashing = (header, done) -> false;
  long nowMillis = 1_700_000_000_000L;

  /** How far this node's clock is off; time passes all the same. */
  long clockOffMillis;

  long nanosPerLook;

  private long looks;
  int versionMask = 0x1fffe000;
  private long nextJob = 1;

  /** What one miner has been told. */
  static final class Miner implements Peer {
    final StratumV1Session session;
    final List<String> lines = new ArrayList<>();
    CloseReason closed;
    boolean paused;

    private Miner(StratumV1Service service) {
      session = service.newSession(this);
    }

    /** Sends a line and returns what came back, one string per line. */
    List<String> send(String line) {
      lines.clear();
      byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
      session.onLine(bytes, 0, bytes.length);
      session.flush();
      return List.copyOf(lines);
    }

    /** Sends a line that is answered by one line. */
    JsonObject ask(String line) {
      List<String> answers = send(line);
      if (answers.isEmpty()) {
        throw new AssertionError("no answer to " + line);
      }
      return new JsonObject(answers.get(0));
    }

    /** Subscribes and authorizes; returns its extranonce1. */
    String mine(String worker) {
      String extranonce1 = subscribe("").getString(1);
      authorize(worker, "x");
      return extranonce1;
    }

    /**
     * Subscribes and returns the result.
     *
     * @param resumed the id of a session to resume, or empty
     */
    JsonArray subscribe(String resumed) {
      String session = resumed.isEmpty() ? "" : ",\"" + resumed + "\"";
      return ask("{\"id\":1,\"method\":\"mining.subscribe\",\"params\":[\"test/1\""
              + session
              + "]}")
          .getJsonArray("result");
    }

    void authorize(String worker, String password) {
      send(
          "{\"id\":2,\"method\":\"mining.authorize\",\"params\":[\""
              + worker
              + "\",\""
              + password
              + "\"]}");
    }

    /** The session's id in the result of a subscription. */
    static String sessionId(JsonArray subscribed) {
      return subscribed.getJsonArray(0).getJsonArray(1).getString(1);
    }

    /** "ok" or the error's number. */
    String code(String line) {
      JsonObject answer = ask(line);
      return Boolean.TRUE.equals(answer.getValue("result"))
          ? "ok"
          : String.valueOf(answer.getJsonArray("error").getValue(0));
    }

    /** The params of the last order of this method among the last lines. */
    JsonArray order(String method) {
      for (int i = lines.size() - 1; i >= 0; i--) {
        JsonObject line = new JsonObject(lines.get(i));
        if (method.equals(line.getString("method"))) {
          return line.getJsonArray("params");
        }
      }
      throw new AssertionError("no " + method + " in " + lines);
    }

    @Override
    public void send(byte[] bytes) {
      text(new String(bytes, StandardCharsets.UTF_8));
    }

    @Override
    public void sendShared(ByteBuf bytes) {
      text(bytes.toString(StandardCharsets.UTF_8));
    }

    private void text(String text) {
      if (!text.endsWith("\n")) {
        throw new AssertionError("a line without its end: " + text);
      }
      lines.addAll(text.lines().toList());
    }

    @Override
    public void pauseReading() {
      paused = true;
    }

    @Override
    public void resumeReading() {
      paused = false;
    }

    @Override
    public boolean isBehind() {
      return false;
    }

    @Override
    public void onTick(long nowNanos) {}

    @Override
    public void close(CloseReason reason) {
      closed = reason;
    }

    @Override
    public String address() {
      return "192.0.2.1";
    }
  }

  SessionHarness() {
    this("sha256d", Map.of());
  }

  /**
   * @param settings of the port, over a fixed difficulty of 1e-9, which with a difficulty-1 target
   *     of all ones every hash meets
   */
  SessionHarness(String algorithm, Map<String, Object> settings) {
    Faults faults = new Faults();
    coin = coin("TST", algorithm, "f".repeat(64), faults);
    Map<String, Object> port = new HashMap<>();
    port.put("coin", "TST");
    port.put("start_difficulty", 1e-9);
    port.put("minimum_manual_diff", 1e-9);
    port.put("vardiff", Map.of("enabled", false));
    port.putAll(settings);
    Map<String, Object> stratum = new HashMap<>();
    Object limits = port.remove("limits");
    if (limits instanceof Map<?, ?> map) {
      map.forEach((key, value) -> stratum.put(key.toString(), value));
    }
    stratum.put("ports", List.of(port));
    Section section = Section.root(stratum, faults);
    StratumOptions options = StratumOptions.from(section, 0);
    faults.throwIfAny();
    node =
        new StratumNode(
            "node",
            options,
            Map.of("TST", coin, "TWO", coin("TWO", algorithm, "0" + "f".repeat(63), faults)),
            port.get("coin").equals("TST") ? Map.of() : Map.of(GROUP, List.of("TST", "TWO")),
            shares::add,
            (block, report) -> {
              blocks.add(block);
              reports.add(report);
            },
            1000,
            Optional.empty());
    this.port = newPort(turns);
    service = newService(this.port);
  }

  private static Coin coin(String currency, String algorithm, String difficultyOne, Faults faults) {
    return Coin.from(
            currency,
            Section.root(
                Map.of(
                    "family",
                    "bitcoin",
                    "algorithm",
                    algorithm,
                    "networks",
                    Map.of("mainnet", Map.of("p2pkh", List.of(111))),
                    "difficulty_one",
                    difficultyOne,
                    "pool_address",
                    ADDRESS),
                faults))
        .orElseThrow(() -> new AssertionError(faults.found().toString()));
  }

  /** A port of the node on an event loop with these turns. Jobs are given to it one by one. */
  MinerPort newPort(Queue<Runnable> turns) {
    return new MinerPort(
        node,
        node.options().ports().get(0),
        (header, done) -> slowHashing.hash(header, done),
        new Clocks(this::nowNanos, () -> nowMillis + clockOffMillis),
        turns::add);
  }

  StratumV1Service newService(MinerPort of) {
    return new StratumV1Service(
        of,
        "PowerPool/test",
        job -> Future.succeededFuture(JsonArray.of("00", Long.toHexString(job.templateId()))));
  }

  /** Goes on a little with each look if the test wants it to. */
  private long nowNanos() {
    return nowMillis * 1_000_000 + nanosPerLook * looks++;
  }

  Miner connect() {
    return connect(service);
  }

  Miner connect(StratumV1Service to) {
    return new Miner(to);
  }

  /** Does what waits for the next turns of an event loop. */
  static void run(Queue<Runnable> turns) {
    while (!turns.isEmpty()) {
      turns.remove().run();
    }
  }

  /** The connection has ended. */
  void end(Miner miner) {
    miner.session.port().remove(miner.session);
    miner.session.onClosed(nowMillis * 1_000_000);
  }

  long seconds() {
    return nowMillis / 1000;
  }

  /** A nonce whose share solves the job's block. */
  int solving(Job job, String extranonce1, long extranonce2, int version) {
    int nonce = 0;
    while (!job.networkTarget()
        .isMetBy(hash(job, extranonce1, extranonce2, seconds(), nonce, version), 0)) {
      nonce++;
    }
    return nonce;
  }

  /** A new job on this parent. */
  Job job(String parent, CompactBits bits) {
    return job(parent, bits, 4, 8);
  }

  Job job(String parent, CompactBits bits, int extranonce1Size, int extranonce2Size) {
    Job job = made("TST", parent, bits, extranonce1Size, extranonce2Size);
    port.onJob(job);
    return job;
  }

  /** A new job that nobody gets yet. */
  Job made(
      String currency, String parent, CompactBits bits, int extranonce1Size, int extranonce2Size) {
    return new Job(
        nextJob++,
        currency,
        coin.algorithm().name(),
        100,
        Hash256.ofDisplayHex(parent.repeat(64)),
        0x20000000,
        versionMask,
        bits,
        bits.toTarget(),
        seconds(),
        seconds() - 600,
        Hex.decode("0200000001aabb"),
        Hex.decode("ccdd00000000"),
        extranonce1Size,
        extranonce2Size,
        TransactionId.SHA256D,
        MerkleBranch.of(List.of(Hash256.ofDisplayHex("1".repeat(64)))),
        false,
        5_000_000_000L,
        1,
        nowMillis,
        List.of());
  }

  /** A submit line of a share made now. */
  String submit(String worker, String job, String extranonce2, String nonce) {
    return submit(worker, job, extranonce2, Hex.ofInt((int) seconds()), nonce, null);
  }

  /** A submit line. */
  String submit(
      String worker, String job, String extranonce2, String time, String nonce, String version) {
    return "{\"id\":9,\"method\":\"mining.submit\",\"params\":[\""
        + worker
        + "\",\""
        + job
        + "\",\""
        + extranonce2
        + "\",\""
        + time
        + "\",\""
        + nonce
        + "\""
        + (version == null ? "" : ",\"" + version + "\"")
        + "]}";
  }

  /** The hash of a share with these numbers, by another way than the session's. */
  byte[] hash(Job job, String extranonce1, long extranonce2, long time, int nonce, int version) {
    byte[] header =
        new HeaderAssembler()
            .assemble(job, Hex.decode(extranonce1), extranonce2, time, nonce, version);
    byte[] hash = new byte[32];
    coin.algorithm().newHasher().hash(header, 0, hash, 0);
    return hash;
  }
}
