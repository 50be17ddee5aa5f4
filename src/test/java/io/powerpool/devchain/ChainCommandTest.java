package io.powerpool.devchain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ChainCommandTest {

  private final StringWriter out = new StringWriter();

  @Test
  void servesForAsLongAsItIsTold() {
    assertThat(run("--port=0", "--duration=0.1", "--bits=1e0fffff", "--password=geheim")).isZero();
    assertThat(out.toString()).contains("JSON-RPC on http://chain:****@127.0.0.1:");
    assertThat(out.toString()).doesNotContain("geheim");
  }

  @Test
  void refusesWhatIsNoChain() {
    assertThat(run("--bits=217fffff")).isEqualTo(2);
    assertThat(run("--bits=xyz")).isEqualTo(2);
    assertThat(run("--algorithm=md5")).isEqualTo(2);
  }

  private int run(String... arguments) {
    PrintWriter writer = new PrintWriter(out, true);
    return new CommandLine(new ChainCommand()).setOut(writer).setErr(writer).execute(arguments);
  }
}
