package io.powerpool.testing;

import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Timers that go off when the test says so. Code that is given {@link #vertx} runs on a real
 * Vert.x, and only its timers wait here. Thread safe.
 */
public final class ManualTimers {

  private final Vertx real;
  private final Vertx vertx;
  private final List<Timer> pending = new ArrayList<>();
  private long lastId;
  private long nowMillis;

  private record Timer(
      long id,
      long dueMillis,
      long delayMillis,
      boolean again,
      Context context,
      Handler<Long> to) {}

  public ManualTimers(Vertx real) {
    this.real = real;
    this.vertx =
        (Vertx)
            Proxy.newProxyInstance(
                Vertx.class.getClassLoader(), new Class<?>[] {Vertx.class}, this::invoke);
  }

  /** The real one, but for {@code setTimer}, {@code setPeriodic} and {@code cancelTimer}. */
  public Vertx vertx() {
    return vertx;
  }

  /** How long each timer that waits was set for, in the order in which they go off. */
  public synchronized List<Duration> waiting() {
    return pending.stream()
        .sorted(Comparator.comparingLong(Timer::dueMillis))
        .map(timer -> Duration.ofMillis(timer.delayMillis()))
        .toList();
  }

  /** Lets time pass: what is due goes off in order, each on the context that it was set from. */
  public void advance(Duration time) {
    long untilMillis;
    synchronized (this) {
      untilMillis = nowMillis + time.toMillis();
    }
    for (Optional<Timer> due = next(untilMillis); due.isPresent(); due = next(untilMillis)) {
      Timer timer = due.get();
      timer.context().runOnContext(now -> timer.to().handle(timer.id()));
    }
  }

  private synchronized Optional<Timer> next(long untilMillis) {
    Optional<Timer> due =
        pending.stream()
            .filter(timer -> timer.dueMillis() <= untilMillis)
            .min(Comparator.comparingLong(Timer::dueMillis));
    nowMillis = due.map(Timer::dueMillis).orElse(untilMillis);
    due.ifPresent(
        timer -> {
          pending.remove(timer);
          if (timer.again()) {
            add(timer.id(), timer.delayMillis(), true, timer.context(), timer.to());
          }
        });
    return due;
  }

  private synchronized long set(long delayMillis, boolean again, Handler<Long> to) {
    add(++lastId, delayMillis, again, real.getOrCreateContext(), to);
    return lastId;
  }

  private void add(long id, long delayMillis, boolean again, Context context, Handler<Long> to) {
    pending.add(new Timer(id, nowMillis + delayMillis, delayMillis, again, context, to));
  }

  private synchronized boolean cancel(long id) {
    return pending.removeIf(timer -> timer.id() == id);
  }

  @SuppressWarnings("unchecked") // the methods' own signatures
  private Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    if (method.getName().equals("setTimer") && arguments.length == 2) {
      return set((long) arguments[0], false, (Handler<Long>) arguments[1]);
    }
    if (method.getName().equals("setPeriodic") && arguments.length == 2) {
      return set((long) arguments[0], true, (Handler<Long>) arguments[1]);
    }
    if (method.getName().equals("cancelTimer")) {
      return cancel((long) arguments[0]);
    }
    try {
      return method.invoke(real, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
