package io.powerpool.reporter;

import io.powerpool.cluster.JournalProgress;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;

/**
 * Somebody who is told of every entry of every node's journal, in order, and stores it.
 *
 * <p>Whoever can store a position together with what he stores makes every entry count exactly
 * once. An entry that can never be stored must be put aside and passed over: what fails is sent
 * again for ever.
 */
public interface Reporter {

  /** As the configuration and the journals know it. */
  String name();

  /**
   * Gets ready. Failing is no disaster: it is tried again, and the entries wait in the journals.
   */
  Future<Void> start();

  /**
   * Which store it stores into, as {@link StoreId} writes it: the same for all that store into the
   * same place and know the same positions. Known once it is started.
   */
  String store();

  /** Lets go of everything; what is under way is finished first. */
  Future<Void> stop();

  /**
   * How far the store is in a journal: all 0 if nothing of it was stored yet. What comes behind
   * {@code next} is sent afterwards, so whatever waits in memory to be stored is to be forgotten.
   */
  Future<JournalProgress> position(String journalId);

  /**
   * Stores what of the batch is not stored yet, or keeps it in memory to be stored together with
   * what follows. A batch without entries comes now and then to ask how far that is. A failure
   * makes the journal's sender begin anew with {@link #position}.
   */
  Future<JournalProgress> report(ShareBatch batch);

  /**
   * Stores soon what it has of a journal in memory only, rather than wait for more to come: the
   * journal's node goes out of service.
   *
   * @return why that cannot be soon, in words; empty if it is on its way
   */
  default Future<String> flush(String journalId) {
    return Future.succeededFuture("");
  }

  /**
   * What there is to tell besides: {@code trouble}, in words, if a person should look, and counts.
   * Called on any thread.
   */
  default JsonObject status() {
    return new JsonObject();
  }
}
