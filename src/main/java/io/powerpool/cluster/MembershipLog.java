package io.powerpool.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.core.LifecycleListener;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log who comes and goes, in one line each. */
final class MembershipLog implements MembershipListener, LifecycleListener {

  private static final Logger log = LoggerFactory.getLogger(MembershipLog.class);

  @Override
  public void memberAdded(MembershipEvent event) {
    log.info("{} has joined the cluster, which is now {}", name(event.getMember()), all(event));
  }

  @Override
  public void memberRemoved(MembershipEvent event) {
    log.warn("{} is gone from the cluster, which is now {}", name(event.getMember()), all(event));
  }

  @Override
  public void stateChanged(LifecycleEvent event) {
    switch (event.getState()) {
      case MERGING -> log.warn("the cluster was split: joining the other part");
      case MERGED -> log.info("the cluster was split: joined the other part");
      case MERGE_FAILED -> log.error("the cluster is split: could not join the other part");
      default -> {
        // Told by others, or of no interest to people.
      }
    }
  }

  private static String all(MembershipEvent event) {
    return event.getMembers().stream().map(MembershipLog::name).collect(Collectors.joining(", "));
  }

  private static String name(Member member) {
    return member.getAddress().getHost() + ":" + member.getAddress().getPort();
  }
}
