package io.powerpool.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What processes have used so far, from Linux's files about them: see proc(5). */
public final class ProcFiles {

  /** Linux shows times in these units to every program, whatever its own clock. */
  private static final double TICKS_PER_SECOND = 100;

  /** Fields of {@code stat}, counted from the one after the name. */
  private static final int USER_TICKS = 11;

  private static final int SYSTEM_TICKS = 12;

  private ProcFiles() {}

  /** Memory that a process has at this moment. */
  public static long residentBytes(long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElse(0);
  }

  /** Processor time of a process and of what it has started and still runs. */
  public static double treeSeconds(ProcessHandle root) {
    return Stream.concat(Stream.of(root), root.descendants())
        .mapToDouble(
            process -> {
              try {
                return processSeconds(process.pid());
              } catch (IOException e) {
                // It has just ended.
                return 0;
              }
            })
        .sum();
  }

  /** Processor time of a process. */
  public static double processSeconds(long pid) throws IOException {
    return seconds(Files.readString(Path.of("/proc/" + pid + "/stat")));
  }

  /** Processor time of those threads of a process whose names begin so. */
  public static double threadSeconds(long pid, String name) throws IOException {
    double sum = 0;
    try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
      for (Path thread : threads.toList()) {
        String stat = Files.readString(thread.resolve("stat"));
        if (stat.substring(stat.indexOf('(') + 1).startsWith(name)) {
          sum += seconds(stat);
        }
      }
    }
    return sum;
  }

  /** The name before the fields stands in brackets and may hold anything. */
  private static double seconds(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS]))
        / TICKS_PER_SECOND;
  }
}
