package io.powerpool.app;

/** What the process tells its caller; the same for every command. */
final class ExitCode {

  /** It did what was asked. */
  static final int OK = 0;

  /** It was asked rightly and could not do it. */
  static final int FAILURE = 1;

  /** The command line or the configuration is wrong. */
  static final int USAGE = 2;

  /** It was ended by SIGTERM, as a shell tells it: 128 and the signal's number. */
  static final int TERMINATED = 128 + 15;

  private ExitCode() {}
}
