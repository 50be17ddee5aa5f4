package io.powerpool.jobmanager;

import io.powerpool.merged.AuxOffer;
import io.powerpool.merged.AuxTree;
import io.powerpool.merged.MergedWorks;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The auxiliary chains of one main chain, and the tree that holds their work. A chain without work
 * that is good stays out of it until it has some. Belongs to one event loop.
 */
final class MergedMining {

  private final List<AuxChain> chains;
  private AuxTree tree;

  /**
   * @param chains those configured; the first of two with one chain id counts
   */
  MergedMining(List<AuxChain> chains) {
    this.chains = List.copyOf(chains);
  }

  /** Starts all, without waiting for any server: the main chain must not depend on them. */
  void start() {
    chains.forEach(AuxChain::start);
  }

  /** The coins. */
  List<String> currencies() {
    return chains.stream().map(AuxChain::currency).toList();
  }

  /** Whether the work of this node goes to miners. */
  void lead(boolean leading) {
    chains.forEach(chain -> chain.lead(leading));
  }

  /** Stops; what is being written is on disk then. */
  Future<Void> stop() {
    return Future.join(chains.stream().map(AuxChain::stop).toList()).mapEmpty();
  }

  /** The work of all chains for a job of now. */
  MergedWorks works() {
    List<AuxOffer> offers = new ArrayList<>();
    Map<Integer, String> owners = new HashMap<>();
    for (AuxChain chain : chains) {
      Optional<AuxOffer> offer = chain.offer();
      if (offer.isEmpty()) {
        continue;
      }
      int chainId = offer.get().work().chainId();
      String owner = owners.putIfAbsent(chainId, chain.currency());
      if (owner == null) {
        chain.admit();
        offers.add(offer.get());
      } else {
        chain.keepOut(
            "its chain id "
                + chainId
                + " is that of "
                + owner
                + " as well: two chains with one id cannot be mined together");
      }
    }
    if (offers.isEmpty()) {
      return MergedWorks.NONE;
    }
    List<Integer> chainIds = offers.stream().map(offer -> offer.work().chainId()).toList();
    if (tree == null || !tree.isOf(chainIds)) {
      tree = AuxTree.of(chainIds);
    }
    return MergedWorks.of(tree, offers);
  }
}
