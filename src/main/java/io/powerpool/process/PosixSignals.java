package io.powerpool.process;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * POSIX signals that this process is sent ({@code kill -USR1 PID}). Only those that mean nothing to
 * anybody else, and SIGTERM: the JVM needs some for itself (SIGSEGV and the like; SIGUSR2 to halt
 * threads, HotSpot's {@code SR_signum}), to others it ends or writes a thread dump, and what stops
 * or continues a process is the terminal's. Any thread may use it.
 *
 * <p>{@code sun.misc.Signal} is the only way, and exported by jdk.unsupported for this. It is
 * called by reflection because the compiler warns of every mention of it and cannot be told that it
 * is meant.
 */
public final class PosixSignals {

  /** Names that can be taken, as far as the platform knows them. */
  private static final List<String> NAMES = List.of("USR1", "ALRM", "URG", "WINCH", "IO", "PWR");

  private static final Map<Integer, PosixSignals> TAKEN = new TreeMap<>();

  private final Object signal;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private Object before;

  /** A listener that can be taken away again. */
  @FunctionalInterface
  public interface Registration {
    void cancel();
  }

  private PosixSignals(Object signal) {
    this.signal = signal;
  }

  /** The numbers that can be listened to here, each with its name. */
  public static Map<Integer, String> usable() {
    Map<Integer, String> usable = new TreeMap<>();
    for (String name : NAMES) {
      try {
        usable.put(Api.KNOWN.number(Api.KNOWN.signal(name)), "SIG" + name);
      } catch (IllegalArgumentException e) {
        // This platform has no such signal.
      }
    }
    return usable;
  }

  /**
   * Has the listener run, on a thread of the JVM, whenever the signal comes. Several may listen to
   * the same.
   *
   * @param number one of {@link #usable}
   * @throws IllegalArgumentException if it is not, or the JVM keeps it for itself
   */
  public static Registration listen(int number, Runnable listener) {
    String name = usable().get(number);
    if (name == null) {
      throw new IllegalArgumentException("signal " + number + " cannot be listened to");
    }
    return take(name.substring("SIG".length()), listener);
  }

  /**
   * Has the listener run, on a thread of the JVM, whenever the process is asked to end (SIGTERM),
   * and that is all that happens then.
   *
   * @throws IllegalArgumentException if the JVM was told to leave that signal alone ({@code -Xrs})
   */
  public static Registration onTermination(Runnable listener) {
    return take("TERM", listener);
  }

  private static Registration take(String name, Runnable listener) {
    Object signal = Api.KNOWN.signal(name);
    int number = Api.KNOWN.number(signal);
    synchronized (TAKEN) {
      PosixSignals taken = TAKEN.get(number);
      if (taken == null) {
        taken = new PosixSignals(signal);
        taken.before = Api.KNOWN.handle(taken.signal, Api.KNOWN.handler(taken::onSignal));
        TAKEN.put(number, taken);
      }
      taken.listeners.add(listener);
      PosixSignals chosen = taken;
      return () -> chosen.remove(number, listener);
    }
  }

  private void onSignal() {
    listeners.forEach(Runnable::run);
  }

  private void remove(int number, Runnable listener) {
    synchronized (TAKEN) {
      listeners.remove(listener);
      if (listeners.isEmpty() && TAKEN.remove(number, this)) {
        Api.KNOWN.handle(signal, before);
      }
    }
  }

  /** What is used of {@code sun.misc.Signal}. */
  private record Api(
      Constructor<?> constructor, Method getNumber, Method handle, Class<?> handlerType) {

    static final Api KNOWN = find();

    private static Api find() {
      try {
        Class<?> type = Class.forName("sun.misc.Signal");
        Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
        return new Api(
            type.getConstructor(String.class),
            type.getMethod("getNumber"),
            type.getMethod("handle", type, handlerType),
            handlerType);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("this Java has no sun.misc.Signal", e);
      }
    }

    Object signal(String name) {
      return call(() -> constructor.newInstance(name));
    }

    int number(Object of) {
      return (Integer) call(() -> getNumber.invoke(of));
    }

    Object handle(Object of, Object handler) {
      return call(() -> handle.invoke(null, of, handler));
    }

    /** The one method of the interface is {@code handle(Signal)}. */
    Object handler(Runnable action) {
      return Proxy.newProxyInstance(
          PosixSignals.class.getClassLoader(),
          new Class<?>[] {handlerType},
          (proxy, method, arguments) -> {
            action.run();
            return null;
          });
    }

    @FunctionalInterface
    private interface Call {
      Object make() throws ReflectiveOperationException;
    }

    private static Object call(Call call) {
      try {
        return call.make();
      } catch (InvocationTargetException e) {
        if (e.getCause() instanceof RuntimeException known) {
          throw known;
        }
        throw new IllegalStateException(e.getCause());
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
