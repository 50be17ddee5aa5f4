package io.powerpool.testing;

import io.powerpool.algorithm.Algorithm;
import io.powerpool.algorithm.Hasher;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Hex;
import io.powerpool.bitcoin.Target;
import io.powerpool.difficulty.Difficulty;
import io.powerpool.miner.ClientJob;
import io.powerpool.miner.PoolEvents;
import io.powerpool.miner.Reply;
import io.powerpool.miner.StratumClient;
import io.powerpool.miner.Subscription;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A miner that does what a test tells it, step by step, over a real socket. Every call waits for
 * its answer, at most ten seconds.
 */
public final class FakeMiner implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 10;

  private final StratumClient client;
  private final Heard heard;
  private Subscription subscription;

  private FakeMiner(StratumClient client, Heard heard) {
    this.client = client;
    this.heard = heard;
  }

  public static FakeMiner connect(Vertx vertx, int port) {
    Heard heard = new Heard();
    return new FakeMiner(get(StratumClient.connect(vertx, "127.0.0.1", port, heard)), heard);
  }

  /** Connects, subscribes and authorizes: ready for {@link #awaitJob}. */
  public static FakeMiner ready(Vertx vertx, int port, String user, String password) {
    FakeMiner miner = connect(vertx, port);
    miner.subscribe();
    miner.authorize(user, password);
    return miner;
  }

  public Subscription subscribe() {
    return subscribe("");
  }

  public Subscription subscribe(String sessionId) {
    subscription = get(client.subscribe("fake-miner/1.0", sessionId));
    heard.extranonce1 = subscription.extranonce1();
    heard.extranonce2Size = subscription.extranonce2Size();
    return subscription;
  }

  /** Fails the test if the pool refuses. */
  public void authorize(String user, String password) {
    get(client.authorize(user, password));
  }

  /** Any request with any parameters. */
  public Reply call(String method, Object... params) {
    return get(client.call(method, new JsonArray(List.of(params))));
  }

  /** The granted mask. */
  public int configureVersionRolling(int mask) {
    return get(client.configureVersionRolling(mask));
  }

  /** The next job that no call has returned yet. */
  public ClientJob awaitJob() {
    try {
      ClientJob job = heard.jobs.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (job == null) {
        throw new AssertionError("no job within " + PATIENCE_SECONDS + " s");
      }
      return job;
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  /** The next job that no call has returned yet, if there is one by now. */
  public Optional<ClientJob> nextJob() {
    return Optional.ofNullable(heard.jobs.poll());
  }

  /** The next clean job; others before it are dropped. */
  public ClientJob awaitCleanJob() {
    ClientJob job = awaitJob();
    while (!job.clean()) {
      job = awaitJob();
    }
    return job;
  }

  /** The difficulty last set, 0 if none. */
  public double difficulty() {
    return heard.difficulty;
  }

  public String extranonce1() {
    return heard.extranonce1;
  }

  public int extranonce2Size() {
    return heard.extranonce2Size;
  }

  /** Every notification and line with no method of its own here, as text, oldest first. */
  public List<String> others() {
    return heard.others;
  }

  public boolean closed() {
    return heard.closed;
  }

  /**
   * Searches a share of the job at the present difficulty.
   *
   * @param extranonce2 counts as a number, so that different numbers give different shares
   */
  public Found mine(ClientJob job, Algorithm algorithm, long extranonce2) {
    Target target = Difficulty.of(difficulty()).toTarget(algorithm.difficultyOne());
    return mine(job, algorithm, extranonce2, target);
  }

  /** Searches a share of the job whose hash meets the target. */
  public Found mine(ClientJob job, Algorithm algorithm, long extranonce2, Target target) {
    Hasher hasher = algorithm.newHasher();
    byte[] bytes = new byte[extranonce2Size()];
    for (int i = 0; i < bytes.length && i < Long.BYTES; i++) {
      bytes[bytes.length - 1 - i] = (byte) (extranonce2 >>> (8 * i));
    }
    byte[] header = job.header(Hex.decode(extranonce1()), bytes, job.time(), 0);
    byte[] hash = new byte[Hash256.SIZE];
    for (int nonce = 0; nonce != -1; nonce++) {
      header[76] = (byte) nonce;
      header[77] = (byte) (nonce >>> 8);
      header[78] = (byte) (nonce >>> 16);
      header[79] = (byte) (nonce >>> 24);
      hasher.hash(header, 0, hash, 0);
      if (target.isMetBy(hash, 0)) {
        return new Found(job, Hex.encode(bytes), job.time(), nonce, header, Hash256.of(hash));
      }
    }
    throw new AssertionError("no nonce of " + job + " meets " + target);
  }

  public Reply submit(String worker, Found share) {
    return get(
        client.submit(
            worker,
            share.job().id(),
            share.extranonce2(),
            Hex.ofInt(share.time()),
            Hex.ofInt(share.nonce())));
  }

  /** Sends the text as it is. */
  public void write(String text) {
    get(client.write(Buffer.buffer(text)));
  }

  @Override
  public void close() {
    get(client.close());
  }

  private static <T> T get(Future<T> future) {
    return future
        .toCompletionStage()
        .toCompletableFuture()
        .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
        .join();
  }

  /** A share, ready to be submitted, with its header and proof-of-work hash. */
  public record Found(
      ClientJob job, String extranonce2, int time, int nonce, byte[] header, Hash256 hash) {}

  private static final class Heard implements PoolEvents {

    private final BlockingQueue<ClientJob> jobs = new LinkedBlockingQueue<>();
    private final List<String> others = new CopyOnWriteArrayList<>();
    private volatile double difficulty;
    private volatile String extranonce1 = "";
    private volatile int extranonce2Size;
    private volatile boolean closed;

    @Override
    public void onDifficulty(double next) {
      difficulty = next;
    }

    @Override
    public void onJob(ClientJob job) {
      jobs.add(job);
    }

    @Override
    public void onExtranonce(String next, int size) {
      extranonce1 = next;
      extranonce2Size = size;
    }

    @Override
    public void onVersionMask(int mask) {
      others.add("version mask " + Hex.ofInt(mask));
    }

    @Override
    public void onReconnect(String host, int port, Duration pause) {
      others.add("reconnect " + host + ":" + port + " " + pause);
    }

    @Override
    public void onMessage(String text) {
      others.add("message " + text);
    }

    @Override
    public void onUnknown(String line) {
      others.add(line);
    }

    @Override
    public void onClose() {
      closed = true;
    }
  }
}
