package io.powerpool.monitor;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;

/** This node's threads, memory and garbage collection. Takes milliseconds: not for event loops. */
final class JvmReport {
  private static final int STACK_DEPTH = 12;

  private JvmReport() {}

  static JsonObject take() {
    Runtime runtime = Runtime.getRuntime();
    return new JsonObject()
        .put("java", System.getProperty("java.vm.name") + " " + Runtime.version())
        .put("processors", runtime.availableProcessors())
        .put("uptime_seconds", ManagementFactory.getRuntimeMXBean().getUptime() / 1000)
        .put("memory", memory())
        .put("gc", collectors())
        .put("threads", threads());
  }

  private static JsonObject memory() {
    var beans = ManagementFactory.getMemoryMXBean();
    JsonObject memory =
        new JsonObject()
            .put("heap", usage(beans.getHeapMemoryUsage()))
            .put("non_heap", usage(beans.getNonHeapMemoryUsage()));
    for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
      memory.put(
          "buffers_" + pool.getName().replace(' ', '_'),
          new JsonObject().put("count", pool.getCount()).put("used", pool.getMemoryUsed()));
    }
    return memory;
  }

  private static JsonObject usage(MemoryUsage usage) {
    return new JsonObject()
        .put("used", usage.getUsed())
        .put("committed", usage.getCommitted())
        .put("max", usage.getMax());
  }

  private static JsonArray collectors() {
    JsonArray collectors = new JsonArray();
    for (GarbageCollectorMXBean bean : ManagementFactory.getGarbageCollectorMXBeans()) {
      collectors.add(
          new JsonObject()
              .put("name", bean.getName())
              .put("collections", bean.getCollectionCount())
              .put("milliseconds", bean.getCollectionTime()));
    }
    return collectors;
  }

  private static JsonArray threads() {
    ThreadMXBean bean = ManagementFactory.getThreadMXBean();
    JsonArray threads = new JsonArray();
    for (ThreadInfo info : bean.getThreadInfo(bean.getAllThreadIds(), STACK_DEPTH)) {
      if (info != null) { // it may have ended meanwhile
        JsonArray stack = new JsonArray();
        for (StackTraceElement frame : info.getStackTrace()) {
          stack.add(frame.toString());
        }
        threads.add(
            new JsonObject()
                .put("name", info.getThreadName())
                .put("state", info.getThreadState().name())
                .put("cpu_milliseconds", cpuMillis(bean, info.getThreadId()))
                .put("stack", stack));
      }
    }
    return threads;
  }

  private static long cpuMillis(ThreadMXBean bean, long id) {
    return bean.isThreadCpuTimeSupported() ? bean.getThreadCpuTime(id) / 1_000_000 : -1;
  }
}
