package io.powerpool.miner;

import io.powerpool.algorithm.Algorithm;
import io.powerpool.bitcoin.Hex;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Mines at a pool with the CPU: hashing threads of its own, one Stratum connection that is made
 * again whenever it ends. Good for a demonstration, a test network, and to see whether a pool
 * works.
 *
 * <p>Everything but the hashing happens on one event loop.
 */
public final class CpuMiner {

  /** How we introduce ourselves. */
  public static final String USER_AGENT = "powerpool-miner/1.0";

  /** The bits that mining hardware rolls. Source: BIP 320. */
  private static final int VERSION_MASK = 0x1fffe000;

  /** Shares sent and not answered; at a tiny difficulty the pool sets the pace, not we. */
  private static final int MAX_SHARES_IN_FLIGHT = 64;

  private static final Duration SAMPLE_INTERVAL = Duration.ofSeconds(1);
  private static final double SAMPLES_AVERAGED = 10;

  private final Vertx vertx;
  private final Algorithm algorithm;
  private final MinerOptions options;
  private final MinerListener listener;
  private final Context context;

  private final LongAdder hashes = new LongAdder();
  private final LongAdder accepted = new LongAdder();
  private final LongAdder lost = new LongAdder();
  private final AtomicLong pieces = new AtomicLong();
  private final Semaphore inFlight = new Semaphore(MAX_SHARES_IN_FLIGHT);
  private final List<HashLoop> loops = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  /** What the threads hash; null while there is nothing to do. */
  private volatile Work work;

  private volatile boolean running;

  /** The rest is only touched on the event loop. */
  private final Map<String, Long> rejected = new LinkedHashMap<>();

  private Session session;
  private boolean connected;
  private double hashRate;
  private String sessionId = "";
  private int failures;
  private long sampler;
  private long sampledHashes;
  private int samples;

  public CpuMiner(Vertx vertx, Algorithm algorithm, MinerOptions options, MinerListener listener) {
    this.vertx = vertx;
    this.algorithm = algorithm;
    this.options = options;
    this.listener = listener;
    context = vertx.getOrCreateContext();
    for (int i = 0; i < options.threads(); i++) {
      HashLoop loop =
          new HashLoop(
              algorithm,
              options.hashesPerSecond() / options.threads(),
              () -> work,
              this::onFound,
              hashes);
      loops.add(loop);
      Thread thread = new Thread(loop, "miner-" + options.user() + "-" + i);
      thread.setDaemon(true);
      threads.add(thread);
    }
  }

  /** Connects and mines until {@link #stop}; a pool that cannot be reached is tried for ever. */
  public void start() {
    running = true;
    threads.forEach(Thread::start);
    if (options.hashesPerSecond() <= 0) {
      Thread preparing = new Thread(algorithm::prepare, "miner-prepare");
      preparing.setDaemon(true);
      preparing.start();
    }
    context.runOnContext(
        nothing -> {
          sampler = vertx.setPeriodic(SAMPLE_INTERVAL.toMillis(), timer -> sample());
          connect(options.host(), options.port());
        });
  }

  /** Hangs up and ends the threads. A stopped miner cannot be started again. */
  public Future<Void> stop() {
    running = false;
    setWork(null);
    loops.forEach(HashLoop::stop);
    threads.forEach(LockSupport::unpark);
    context.runOnContext(
        nothing -> {
          vertx.cancelTimer(sampler);
          if (session != null) {
            session.close();
          }
        });
    return vertx.executeBlocking(
        () -> {
          for (Thread thread : threads) {
            thread.join();
          }
          return null;
        });
  }

  /** How it is doing. */
  public Future<MinerStatistics> statistics() {
    Promise<MinerStatistics> answer = Promise.promise();
    context.runOnContext(nothing -> answer.complete(snapshot()));
    return answer.future();
  }

  private MinerStatistics snapshot() {
    Work present = work;
    return new MinerStatistics(
        connected,
        hashes.sum(),
        hashRate,
        accepted.sum(),
        rejected,
        lost.sum(),
        present == null ? 0 : present.difficulty());
  }

  private void connect(String host, int port) {
    if (!running) {
      return;
    }
    Session next = new Session(host, port);
    session = next;
    next.open().onFailure(failure -> next.end(failure.getMessage()));
  }

  /** After a failure we go back to the configured address, wherever the pool had sent us. */
  private void connectLater() {
    long first = options.reconnectAfter().toMillis();
    long doubled = first << Math.min(failures, 16);
    long pause = Math.min(doubled, options.reconnectAtMost().toMillis());
    failures++;
    // Up to a quarter more, so that the miners of a pool that restarts do not return as one.
    long jittered = pause + ThreadLocalRandom.current().nextLong(pause / 4 + 1);
    connectAfter(Duration.ofMillis(jittered), options.host(), options.port());
  }

  private void connectAfter(Duration pause, String host, int port) {
    vertx.setTimer(Math.max(1, pause.toMillis()), timer -> connect(host, port));
  }

  private void setWork(Work next) {
    work = next;
    threads.forEach(LockSupport::unpark);
  }

  /** Called by the hashing threads. */
  private void onFound(Work made, FoundShare share) {
    while (!inFlight.tryAcquire()) {
      LockSupport.parkNanos(1_000_000);
      if (work != made) {
        return;
      }
    }
    context.runOnContext(nothing -> submit(made, share));
  }

  private void submit(Work made, FoundShare share) {
    Work present = work;
    if (present == null || present.replaces(made)) {
      inFlight.release();
      return;
    }
    session
        .submit(share)
        .onComplete(
            answer -> {
              inFlight.release();
              if (answer.failed()) {
                lost.increment();
              } else if (answer.result().isTrue()) {
                accepted.increment();
                listener.onAccepted(share);
              } else {
                rejected.merge(answer.result().reason(), 1L, Long::sum);
                listener.onRejected(share, answer.result().reason());
              }
            });
  }

  private void sample() {
    long now = hashes.sum();
    samples++;
    double weight = 1 / Math.min(samples, SAMPLES_AVERAGED);
    double seconds = SAMPLE_INTERVAL.toMillis() / 1000.0;
    hashRate += weight * ((now - sampledHashes) / seconds - hashRate);
    sampledHashes = now;
  }

  /** One connection from its first attempt to its end, and what the pool has said on it. */
  private final class Session implements PoolEvents {

    private final String host;
    private final int port;
    private StratumClient client;
    private String extranonce1;
    private int extranonce2Size;
    private double difficulty = 1;
    private int versionMask;
    private ClientJob job;
    private boolean ended;

    Session(String host, int port) {
      this.host = host;
      this.port = port;
    }

    Future<Void> open() {
      return StratumClient.connect(vertx, host, port, this)
          .compose(
              made -> {
                client = made;
                if (options.versionRolling()) {
                  // Not waited for: a pool that does not know it may keep silent.
                  client.configureVersionRolling(VERSION_MASK).onSuccess(this::onVersionMask);
                }
                return client.subscribe(USER_AGENT, sessionId);
              })
          .compose(
              subscription -> {
                sessionId = subscription.sessionId();
                extranonce1 = subscription.extranonce1();
                extranonce2Size = subscription.extranonce2Size();
                return client.authorize(options.user(), options.password());
              })
          .onSuccess(
              authorized -> {
                failures = 0;
                connected = true;
                listener.onConnected(host, port);
                mine();
              });
    }

    Future<Reply> submit(FoundShare share) {
      String time = Hex.ofInt(share.time());
      String nonce = Hex.ofInt(share.nonce());
      return share.versionRolled()
          ? client.submit(
              options.user(),
              share.jobId(),
              share.extranonce2(),
              time,
              nonce,
              Hex.ofInt(share.versionBits()))
          : client.submit(options.user(), share.jobId(), share.extranonce2(), time, nonce);
    }

    void close() {
      ended = true;
      if (client != null) {
        client.close();
      }
    }

    void end(String reason) {
      if (ended) {
        return;
      }
      leave(reason);
      connectLater();
    }

    /** Work may arrive before the answer to authorize; then it waits for that. */
    private void mine() {
      if (job == null || !connected || ended) {
        return;
      }
      setWork(
          new Work(job, extranonce1, extranonce2Size, difficulty, algorithm, versionMask, pieces));
      listener.onJob(job, difficulty);
    }

    private void leave(String reason) {
      close();
      connected = false;
      setWork(null);
      if (running) {
        listener.onDisconnected(reason);
      }
    }

    @Override
    public void onDifficulty(double next) {
      difficulty = next;
    }

    @Override
    public void onJob(ClientJob next) {
      job = next;
      mine();
    }

    @Override
    public void onExtranonce(String next, int size) {
      extranonce1 = next;
      extranonce2Size = size;
    }

    @Override
    public void onVersionMask(int mask) {
      versionMask = options.versionRolling() ? mask & VERSION_MASK : 0;
      Work present = work;
      if (present != null && !ended) {
        setWork(present.withVersionMask(versionMask, algorithm));
      }
    }

    @Override
    public void onReconnect(String toHost, int toPort, Duration pause) {
      if (ended) {
        return;
      }
      leave("the pool asks to connect again");
      connectAfter(pause, toHost.isEmpty() ? host : toHost, toPort == 0 ? port : toPort);
    }

    @Override
    public void onMessage(String text) {
      listener.onMessage(text);
    }

    @Override
    public void onClose() {
      end("the pool has hung up");
    }
  }
}
