package io.powerpool.miner.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Runs one measurement from the first connection to the report: connect, settle, load that does not
 * count, load that counts, answers that are still under way.
 */
final class LoadGenerator implements AutoCloseable {

  private static final int MAX_CONNECTING = 128;
  private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(60);
  private static final Duration DRAIN_PATIENCE = Duration.ofSeconds(5);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final int READ_BUFFER_BYTES = 8_192;

  /** A few connections are enough to have the pool's code compiled. */
  private static final int POOL_WARM_UP_CONNECTIONS = 50;

  private final LoadOptions options;
  private final OptionalLong poolPid;
  private final Consumer<String> progress;
  private final EventLoopGroup eventLoops;
  private final boolean epoll = Epoll.isAvailable();

  /**
   * @param poolPid the pool's process, to read its processor time and memory
   * @param progress is told what happens, in words
   */
  LoadGenerator(LoadOptions options, OptionalLong poolPid, Consumer<String> progress) {
    this.options = options;
    this.poolPid = poolPid;
    this.progress = progress;
    DefaultThreadFactory factory = new DefaultThreadFactory("bench", true);
    eventLoops =
        epoll
            ? new EpollEventLoopGroup(options.threads(), factory)
            : new NioEventLoopGroup(options.threads(), factory);
  }

  /** Loads the pool with a few connections for a while, so that it is measured when warm. */
  void warmPool(Duration duration) throws Exception {
    progress.accept("warming the pool for " + duration.toSeconds() + " s");
    int count = Math.min(POOL_WARM_UP_CONNECTIONS, options.connections());
    List<LoadLoop> loops = newLoops(new JobArrivals(count));
    connect(loops, count);
    startAll(loops);
    pause(duration);
    onAll(loops, LoadLoop::stop);
    drain(loops);
    onAll(loops, LoadLoop::closeAll);
    pause(options.settle());
  }

  /** Makes the measurement. */
  LoadReport run(Optional<ChainNode> node) throws Exception {
    final JobArrivals arrivals = new JobArrivals(options.connections());
    final List<LoadLoop> loops = newLoops(arrivals);
    final ProcessUsage empty = poolUsage();

    progress.accept("connecting " + options.connections());
    long start = System.nanoTime();
    connect(loops, options.connections());
    final double connectSeconds = (System.nanoTime() - start) / 1e9;
    final int connected = ready(loops);
    pause(options.settle());
    final ProcessUsage idle = poolUsage();
    progress.accept(connected + " connected, difficulty " + loops.get(0).difficulty());

    startAll(loops);
    pause(options.warmUp());
    progress.accept("measuring for " + options.duration().toSeconds() + " s");
    onAll(loops, LoadLoop::resetFigures);
    final ProcessUsage poolBefore = poolUsage();
    final ProcessUsage ownBefore = ownUsage();
    final long measured = System.nanoTime();
    pause(options.duration());
    final long end = System.nanoTime();
    final ProcessUsage poolAfter = poolUsage();
    final ProcessUsage ownAfter = ownUsage();
    LoadLoop.Figures figures = new LoadLoop.Figures();
    for (LoadLoop loop : loops) {
      LoadLoop.Figures part = loop.figures();
      on(
          loop,
          () -> {
            figures.add(part);
            return null;
          });
    }
    onAll(loops, LoadLoop::stop);
    int unanswered = drain(loops);
    final ProcessUsage after = poolUsage();
    onAll(loops, LoadLoop::closeAll);

    int expected = Math.max(1, connected - (int) figures.lost);
    return new LoadReport(
        options,
        connected,
        faults(loops),
        connectSeconds,
        figures,
        unanswered,
        (end - measured) / 1e9,
        arrivals.complete(true, expected, first -> first >= measured && first <= end),
        arrivals.complete(false, expected, first -> first >= measured && first <= end),
        node.map(ChainNode::tipNanos).orElse(List.of()),
        LoadReport.Cpu.between(ownBefore, ownAfter),
        poolPid.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new LoadReport.Pool(
                    LoadReport.Cpu.between(poolBefore, poolAfter),
                    LoadReport.Cpu.between(empty, idle),
                    empty.residentBytes(),
                    idle.residentBytes(),
                    after.residentBytes())));
  }

  @Override
  public void close() {
    eventLoops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private List<LoadLoop> newLoops(JobArrivals arrivals) {
    List<LoadLoop> loops = new ArrayList<>();
    for (int i = 0; i < options.threads(); i++) {
      loops.add(new LoadLoop(eventLoops.next().next(), arrivals, options));
    }
    return loops;
  }

  /** Returns when every connection is ready, has failed, or patience has ended. */
  private void connect(List<LoadLoop> loops, int count) {
    Semaphore connecting = new Semaphore(MAX_CONNECTING);
    double nanosPerConnection = 1e9 / options.connectsPerSecond();
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      long due = start + (long) (i * nanosPerConnection);
      while (due - System.nanoTime() > 0) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      connecting.acquireUninterruptibly();
      connect(loops.get(i % loops.size()), i)
          .addListener((ChannelFutureListener) connected -> connecting.release());
    }
    long deadline = System.nanoTime() + CONNECT_PATIENCE.toNanos();
    while (ready(loops) + failed(loops) < count && deadline - System.nanoTime() > 0) {
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private ChannelFuture connect(LoadLoop loop, int index) {
    String user = options.workerPerConnection() ? options.user() + "." + index : options.user();
    LoadConnection connection =
        new LoadConnection(loop, index, user, options.password(), options.window());
    EventLoop eventLoop = loop.eventLoop();
    Bootstrap bootstrap =
        new Bootstrap()
            .group(eventLoop)
            .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            // Reset at the end: thousands of ports that wait make the next run slow to connect.
            .option(ChannelOption.SO_LINGER, 0)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) CONNECT_PATIENCE.toMillis())
            .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .option(
                ChannelOption.RCVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_BUFFER_BYTES))
            .handler(connection);
    InetSocketAddress pool = new InetSocketAddress(options.host(), options.port());
    ChannelFuture future =
        options.sources() == 0
            ? bootstrap.connect(pool)
            : bootstrap.connect(
                pool, new InetSocketAddress("127.0.0." + (1 + index % options.sources()), 0));
    return future.addListener(
        (ChannelFutureListener)
            connected -> {
              if (!connected.isSuccess()) {
                loop.onFault(String.valueOf(connected.cause().getMessage()));
              }
            });
  }

  private void startAll(List<LoadLoop> loops) throws Exception {
    double share = options.sharesPerSecond() / loops.size();
    onAll(loops, loop -> loop.start(share));
  }

  /** Waits for the last answers; returns how many did not come. */
  private int drain(List<LoadLoop> loops) throws Exception {
    long deadline = System.nanoTime() + DRAIN_PATIENCE.toNanos();
    int unanswered = unanswered(loops);
    while (unanswered > 0 && deadline - System.nanoTime() > 0) {
      LockSupport.parkNanos(POLL_NANOS);
      unanswered = unanswered(loops);
    }
    return unanswered;
  }

  private static int unanswered(List<LoadLoop> loops) throws Exception {
    int sum = 0;
    for (LoadLoop loop : loops) {
      sum += on(loop, loop::unanswered);
    }
    return sum;
  }

  private static int ready(List<LoadLoop> loops) {
    return loops.stream().mapToInt(LoadLoop::ready).sum();
  }

  private static int failed(List<LoadLoop> loops) {
    return faults(loops).values().stream().mapToInt(Integer::intValue).sum();
  }

  private static Map<String, Integer> faults(List<LoadLoop> loops) {
    Map<String, Integer> sum = new TreeMap<>();
    for (LoadLoop loop : loops) {
      loop.faults().forEach((text, count) -> sum.merge(text, count.get(), Integer::sum));
    }
    return sum;
  }

  private ProcessUsage poolUsage() throws IOException {
    return poolPid.isPresent() ? ProcessUsage.of(poolPid.getAsLong()) : new ProcessUsage(0, 0, 0);
  }

  private static ProcessUsage ownUsage() throws IOException {
    return ProcessUsage.of(ProcessHandle.current().pid());
  }

  private static void pause(Duration duration) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(duration.toNanos());
  }

  private static void onAll(List<LoadLoop> loops, Consumer<LoadLoop> action) throws Exception {
    for (LoadLoop loop : loops) {
      on(
          loop,
          () -> {
            action.accept(loop);
            return null;
          });
    }
  }

  private static <T> T on(LoadLoop loop, Callable<T> action) throws Exception {
    return loop.eventLoop().submit(action).get();
  }
}
