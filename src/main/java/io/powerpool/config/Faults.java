package io.powerpool.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Collects everything wrong with one configuration, so that the operator is told once and not fault
 * by fault.
 *
 * <p>Belongs to whoever reads the configuration; not for use by several threads.
 */
public final class Faults {

  private final List<Fault> found = new ArrayList<>();
  private final List<Section> sections = new ArrayList<>();

  /** Adds a fault found outside of a section's own checks, for example between two sections. */
  public void add(String path, Object value, String expected) {
    found.add(new Fault(path, Optional.ofNullable(value).map(Shown::show), expected));
  }

  /** What was found so far, keys that nobody asked for not included. */
  public List<Fault> found() {
    return List.copyOf(found);
  }

  /**
   * To be called when the whole configuration has been read: every key that nobody asked for is a
   * fault as well.
   *
   * @throws ConfigException if there is any fault
   */
  public void throwIfAny() {
    List<Fault> all = new ArrayList<>(found);
    sections.forEach(section -> section.addUnknownKeys(all));
    throwIfNotEmpty(all);
  }

  /**
   * To be called by those that read only a part of the configuration: keys that they did not ask
   * for are others' affair.
   *
   * @throws ConfigException if a key that was asked for has a fault
   */
  public void throwIfAnyAmongKnownKeys() {
    throwIfNotEmpty(found);
  }

  void register(Section section) {
    sections.add(section);
  }

  private static void throwIfNotEmpty(List<Fault> faults) {
    if (!faults.isEmpty()) {
      throw new ConfigException(faults);
    }
  }
}
