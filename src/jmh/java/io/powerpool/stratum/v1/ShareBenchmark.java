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
import io.powerpool.stratum.Clocks;
import io.powerpool.stratum.CloseReason;
import io.powerpool.stratum.MinerPort;
import io.powerpool.stratum.Peer;
import io.powerpool.stratum.StratumNode;
import io.powerpool.stratum.StratumOptions;
import io.powerpool.work.Job;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Judging one SHA-256d share, from the bytes of its line to the bytes of the reply, with a merkle
 * branch of 12 steps; and encoding a job. Run with {@code -prof gc}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class ShareBenchmark {

  private static final String USER = "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn.rig1";

  /** Shares of a job before the next one, as the set of seen shares grows with them. */
  private static final int SHARES_PER_JOB = 100_000;

  private static final class Sink implements Peer {
    private long bytes;
    private String last = "";

    @Override
    public void send(byte[] sent) {
      bytes += sent.length;
      if (sent.length > 300) {
        last = new String(sent, StandardCharsets.UTF_8);
      }
    }

    @Override
    public void sendShared(ByteBuf sent) {
      bytes += sent.readableBytes();
      last = sent.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void pauseReading() {
      throw new IllegalStateException("paused");
    }

    @Override
    public void resumeReading() {
      throw new IllegalStateException("resumed");
    }

    @Override
    public boolean isBehind() {
      return false;
    }

    @Override
    public void onTick(long nowNanos) {}

    @Override
    public void close(CloseReason reason) {
      throw new IllegalStateException(reason.text());
    }

    @Override
    public String address() {
      return "192.0.2.1";
    }
  }

  private final Sink sink = new Sink();
  private MinerPort port;
  private StratumV1Session session;
  private Job job;
  private long jobs;
  private byte[] line;
  private int extranonce2At;
  private long shares;

  @Setup
  public void setUp() {
    Faults faults = new Faults();
    Coin coin =
        Coin.from(
                "BTC",
                Section.root(
                    Map.of(
                        "family", "bitcoin",
                        "algorithm", "sha256d",
                        "networks", Map.of("mainnet", Map.of("p2pkh", List.of(111))),
                        "difficulty_one", "f".repeat(64),
                        "pool_address", USER.substring(0, USER.indexOf('.'))),
                    faults))
            .orElseThrow();
    StratumOptions options =
        StratumOptions.from(
            Section.root(
                Map.of(
                    "ports",
                    List.of(
                        Map.of(
                            "coin",
                            "BTC",
                            "start_difficulty",
                            1e-9,
                            "vardiff",
                            Map.of("enabled", false)))),
                faults),
            0);
    faults.throwIfAny();
    StratumNode node =
        new StratumNode(
            "node", options, Map.of("BTC", coin), share -> shares++, (block, report) -> {}, 10);
    port =
        new MinerPort(
            node, options.ports().get(0), (header, done) -> false, Clocks.SYSTEM, Runnable::run);
    StratumV1Service service =
        new StratumV1Service(port, "bench", id -> Future.succeededFuture(new JsonArray()));
    session = service.newSession(sink);
    nextJob();
    send("{\"id\":1,\"method\":\"mining.subscribe\",\"params\":[\"bench\"]}");
    send("{\"id\":2,\"method\":\"mining.authorize\",\"params\":[\"" + USER + "\",\"x\"]}");
    nextJob();
  }

  private void send(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    session.onLine(bytes, 0, bytes.length);
    session.flush();
  }

  private void nextJob() {
    List<Hash256> transactions = new ArrayList<>();
    for (int i = 0; i < 4000; i++) {
      transactions.add(Hash256.ofDisplayHex(String.format("%064x", i)));
    }
    CompactBits bits = CompactBits.ofHex("03000001");
    jobs++;
    job =
        new Job(
            jobs,
            "BTC",
            "sha256d",
            840_000,
            Hash256.ofDisplayHex(String.format("%064x", jobs)),
            0x20000000,
            0x1fffe000,
            bits,
            bits.toTarget(),
            System.currentTimeMillis() / 1000,
            0,
            Hex.decode(
                "02000000010000000000000000000000000000000000000000000000000000000000000000ffffffff"
                    + "1e0340d10c0c"),
            Hex.decode(
                "0b2f506f776572506f6f6c2fffffffff0200f2052a010000001600140102030405060708090a0b0c0d0e"
                    + "0f10111213140000000000000000266a24aa21a9ede2f61c3f71d1defd3fa999dfa36953755c690689"
                    + "799962b48bebd836974e8cf900000000"),
            4,
            8,
            TransactionId.SHA256D,
            MerkleBranch.of(transactions),
            true,
            312_500_000L,
            4000,
            System.currentTimeMillis(),
            List.of());
    if (job.branch().size() != 12) {
      throw new IllegalStateException("branch of " + job.branch().size());
    }
    port.onJob(job);
    String notify = sink.last;
    if (notify.contains("mining.notify")) {
      int at = notify.indexOf("\"params\":[\"") + 11;
      String id = notify.substring(at, notify.indexOf('"', at));
      String text =
          "{\"params\": [\""
              + USER
              + "\", \""
              + id
              + "\", \"0000000000000000\", \""
              + Hex.ofInt((int) job.time())
              + "\", \"1a2b3c4d\"], \"id\": 1234, \"method\": \"mining.submit\"}";
      line = text.getBytes(StandardCharsets.UTF_8);
      extranonce2At = text.indexOf("0000000000000000");
    }
  }

  @Benchmark
  public long judgeShare() {
    if (shares % SHARES_PER_JOB == SHARES_PER_JOB - 1) {
      nextJob();
    }
    LineSink.hex32(line, extranonce2At + 8, (int) shares);
    long before = shares;
    session.onLine(line, 0, line.length);
    session.flush();
    if (shares == before) {
      throw new IllegalStateException("not judged");
    }
    return sink.bytes;
  }

  @Benchmark
  public Object encodeJob() {
    return new JobLine(job, true);
  }
}
