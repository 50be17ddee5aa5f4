package io.powerpool.testing;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.impl.ContextInternal;
import java.util.ArrayList;
import java.util.List;

/** Takes all the memory that there is, where the system property {@link #WHERE} says. */
public final class HungryVerticle extends AbstractVerticle {

  public static final String WHERE = "hungry.where";

  /** What the property may be. */
  public enum Where {
    /** In a handler of Vert.x's, which catches what is thrown. */
    HANDLER,
    /** In a task of Netty's, which catches it, too. */
    NETTY_TASK,
    /** On a thread of its own, which dies of it. */
    THREAD
  }

  private static final int MEBIBYTE = 1024 * 1024;

  @Override
  public void start() {
    switch (Where.valueOf(System.getProperty(WHERE))) {
      case HANDLER -> vertx.setTimer(1, fired -> eat());
      case NETTY_TASK -> ((ContextInternal) context).nettyEventLoop().execute(this::eat);
      case THREAD -> new Thread(this::eat, "hungry").start();
    }
  }

  private void eat() {
    List<byte[]> eaten = new ArrayList<>();
    while (eaten.size() < Integer.MAX_VALUE) {
      eaten.add(new byte[MEBIBYTE]);
    }
  }
}
