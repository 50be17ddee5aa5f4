package io.powerpool.merged;

import java.util.ArrayList;
import java.util.List;

/**
 * The works of all auxiliary chains that a job commits to, and the commitment.
 *
 * @param commitment for the coinbase script, empty without any chain; not copied, never changed
 */
public record MergedWorks(List<MergedWork> works, byte[] commitment) {

  /** Of a coin that is mined alone. */
  public static final MergedWorks NONE = new MergedWorks(List.of(), new byte[0]);

  public MergedWorks {
    works = List.copyOf(works);
  }

  /**
   * Puts works into their tree.
   *
   * @param offers in the order of the tree's chains
   */
  public static MergedWorks of(AuxTree tree, List<AuxOffer> offers) {
    AuxTree.Committed committed =
        tree.commit(offers.stream().map(offer -> offer.work().hash()).toList());
    List<MergedWork> works = new ArrayList<>(offers.size());
    for (int i = 0; i < offers.size(); i++) {
      AuxOffer offer = offers.get(i);
      works.add(
          new MergedWork(
              offer, offer.work().bits().toTarget(), tree.slot(i), committed.branches().get(i)));
    }
    return new MergedWorks(works, committed.commitment().toBytes());
  }
}
