package io.powerpool.app;

import io.powerpool.algorithm.Algorithm;
import io.powerpool.algorithm.Algorithms;
import io.powerpool.algorithm.Hasher;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Hex;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Hashes a block header, or tells which proof-of-work functions there are. */
@Command(
    name = "hash",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    description =
        "Prints the proof-of-work hash of a block header, most significant digits first; without"
            + " arguments, the algorithms and their targets of difficulty 1.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:it is printed", "2:the command line is wrong"})
final class HashCommand implements Callable<Integer> {

  @Option(
      names = {"-a", "--algorithm"},
      description = "The proof-of-work function.")
  private String algorithm;

  @Parameters(
      paramLabel = "HEADER",
      arity = "0..1",
      description = "The 80 bytes of the header in hexadecimal digits, as blocks hold them.")
  private String header;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (algorithm == null && header == null) {
      for (Algorithm known : Algorithms.all()) {
        out.printf("%-12s %s%n", known.name(), known.difficultyOne());
      }
    } else {
      out.println(hash());
    }
    out.flush();
    return ExitCode.OK;
  }

  private Hash256 hash() {
    if (algorithm == null) {
      throw misused("--algorithm is missing: the header's proof-of-work function", null);
    }
    if (header == null) {
      throw misused("HEADER is missing: the 160 hexadecimal digits of a block header", null);
    }
    try {
      Hasher hasher = Algorithms.byName(algorithm).newHasher();
      byte[] bytes = Hex.decode(header);
      if (bytes.length != Hasher.HEADER_SIZE) {
        throw misused("HEADER has 160 hexadecimal digits, got " + header.length(), null);
      }
      byte[] hash = new byte[Hasher.HASH_SIZE];
      hasher.hash(bytes, 0, hash, 0);
      return Hash256.of(hash);
    } catch (IllegalArgumentException e) {
      throw misused(e.getMessage(), e);
    }
  }

  private ParameterException misused(String message, IllegalArgumentException cause) {
    return new ParameterException(spec.commandLine(), message, cause);
  }
}
