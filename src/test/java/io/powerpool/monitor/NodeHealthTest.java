package io.powerpool.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.cluster.StatusReport;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeHealthTest {

  private static final Map<String, Integer> PORTS = Map.of("stratum_3333", 2, "stratum_3334", 2);

  private static StatusReport open(int port, int instance) {
    return new StatusReport(
        "node",
        "stratum_" + port,
        instance,
        Component.STRATUM,
        1_700_000_000_000L,
        new JsonObject().put("port", port));
  }

  private static NodeHealth of(Map<String, Integer> ports, StatusReport... reports) {
    return NodeHealth.of("node", NodeState.UP, ports, List.of(reports));
  }

  @Test
  void anEventLoopThatIsNotHeardIsAFault() {
    NodeHealth all = of(PORTS, open(3333, 0), open(3333, 1), open(3334, 0), open(3334, 1));
    assertThat(all.wantsMiners()).isTrue();
    NodeHealth hanging = of(PORTS, open(3333, 0), open(3334, 0));
    assertThat(hanging.wantsMiners()).isFalse();
    assertThat(hanging.faults())
        .containsExactly(
            "stratum_3333: nothing is heard of 1 of its 2 event loops",
            "stratum_3334: nothing is heard of 1 of its 2 event loops");
  }

  @Test
  void aNodeIsGoodForMinersOnlyWhenAllItsPortsAreHeard() {
    assertThat(of(PORTS).faults())
        .containsExactly(
            "stratum_3333: nothing is heard of it", "stratum_3334: nothing is heard of it");
    assertThat(of(PORTS, open(3333, 0), open(3333, 1)).faults())
        .containsExactly("stratum_3334: nothing is heard of it");
    // A node that serves no miners is not asked for any port.
    assertThat(of(Map.of()).wantsMiners()).isTrue();
  }
}
