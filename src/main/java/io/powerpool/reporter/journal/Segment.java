package io.powerpool.reporter.journal;

import java.nio.file.Path;

/**
 * One file of a journal. The records in it have the sequences from {@link #first} up to, but not
 * including, the {@linkplain Extent#end end} of its extent.
 */
final class Segment {

  private final Path path;
  private final long opening;
  private final String journalId;
  private final long first;
  private volatile Extent extent;
  private volatile boolean damaged;

  Segment(Path path, long opening, String journalId, long first, Extent extent) {
    this.path = path;
    this.opening = opening;
    this.journalId = journalId;
    this.first = first;
    this.extent = extent;
  }

  /**
   * How far a segment may be read: what lies behind it is not, or not yet, part of the journal.
   *
   * @param bytes the length of the readable part of the file, header included
   * @param end the sequence after that of the last record
   */
  record Extent(long bytes, long end) {}

  Path path() {
    return path;
  }

  /** Which start of the process wrote it, counted in this folder. */
  long opening() {
    return opening;
  }

  String journalId() {
    return journalId;
  }

  long first() {
    return first;
  }

  Extent extent() {
    return extent;
  }

  /** The one who writes or cuts the file tells how far it goes. */
  void extent(Extent known) {
    extent = known;
  }

  boolean damaged() {
    return damaged;
  }

  /** Its file will be put aside instead of deleted. */
  void markDamaged() {
    damaged = true;
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
