package io.powerpool.miner.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * What a process has used so far, read from Linux's {@code /proc}.
 *
 * @param userSeconds of processor time
 * @param systemSeconds of processor time, in the kernel
 * @param residentBytes of memory at this moment
 */
record ProcessUsage(double userSeconds, double systemSeconds, long residentBytes) {

  /** Linux shows times in these units to every program, whatever its own clock. */
  private static final double TICKS_PER_SECOND = 100;

  /** Fields of /proc/PID/stat, counted from the one after the name. Source: proc(5). */
  private static final int USER_TICKS = 11;

  private static final int SYSTEM_TICKS = 12;

  /**
   * Reads the present figures.
   *
   * @throws IOException if there is no such process, or this is not Linux
   */
  static ProcessUsage of(long pid) throws IOException {
    String stat = read(pid, "stat");
    // The name stands in brackets and may hold anything.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return new ProcessUsage(
        Long.parseLong(fields[USER_TICKS]) / TICKS_PER_SECOND,
        Long.parseLong(fields[SYSTEM_TICKS]) / TICKS_PER_SECOND,
        1024 * number(read(pid, "status"), "VmRSS:").orElse(0));
  }

  /** How many files and sockets the process may have open; empty if it cannot be told. */
  static OptionalLong maxOpenFiles(long pid) throws IOException {
    return number(read(pid, "limits"), "Max open files");
  }

  double cpuSeconds() {
    return userSeconds + systemSeconds;
  }

  private static String read(long pid, String name) throws IOException {
    try {
      return Files.readString(Path.of("/proc", Long.toString(pid), name));
    } catch (NoSuchFileException e) {
      throw new IOException("there is no process " + pid + " to be read in /proc", e);
    }
  }

  /** The first number after the label. */
  private static OptionalLong number(String text, String label) {
    int at = text.indexOf(label);
    if (at < 0) {
      return OptionalLong.empty();
    }
    String first = text.substring(at + label.length()).strip().split("\\s+", 2)[0];
    return first.chars().allMatch(Character::isDigit) && !first.isEmpty()
        ? OptionalLong.of(Long.parseLong(first))
        : OptionalLong.empty();
  }
}
