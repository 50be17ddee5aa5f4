package io.powerpool.monitor;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Whether the pool can do its work: miners have fresh work, solved blocks can be submitted, shares
 * are written down.
 *
 * @param faults why it cannot, in plain words; empty if it can
 * @param warnings what is wrong but does not stop it
 * @param draining whether this node is being taken out of service
 */
record Health(List<String> faults, List<String> warnings, boolean draining) {

  /** Whether this node should be given work. */
  boolean healthy() {
    return faults.isEmpty() && !draining;
  }

  /**
   * "ok", "degraded" (it works, but somebody should look), "failing", or "draining" whatever else
   * is the case.
   */
  String status() {
    if (draining) {
      return "draining";
    }
    if (!healthy()) {
      return "failing";
    }
    return warnings.isEmpty() ? "ok" : "degraded";
  }

  List<String> reasons() {
    List<String> reasons = new ArrayList<>();
    if (draining) {
      reasons.add("this node drains: it goes out of service");
    }
    reasons.addAll(faults);
    reasons.addAll(warnings);
    return reasons;
  }

  JsonObject toJson() {
    return new JsonObject().put("status", status()).put("reasons", new JsonArray(reasons()));
  }

  /**
   * Judges what is heard.
   *
   * @param complaints of nodes: {@link StatusBoard#silent}, {@link StatusBoard#clocks}
   */
  static Health of(List<Component> components, List<String> complaints, Duration templateMaxAge) {
    List<String> faults = new ArrayList<>();
    List<String> warnings = new ArrayList<>(complaints);
    if (components.stream().noneMatch(component -> component.is(Component.JOB_MANAGER))) {
      faults.add("no job manager is heard: miners get no new work");
    }
    Set<String> spare = spare(components);
    for (Component component : components) {
      judgeEach(component, "disagreement", warnings);
      switch (component.type()) {
        case Component.JOB_MANAGER ->
            judgeJobs(
                component,
                templateMaxAge,
                spare.contains(component.name()) ? warnings : faults,
                warnings);
        // Without a merged chain miners have work all the same.
        case Component.AUX_MANAGER -> {
          if (Component.number(component.body(), "live_coinservers") > 0
              && Component.number(component.body(), "down_coinservers") > 0) {
            warnings.add(component.name() + ": a coin server is down");
          }
          judgeTrouble(component, warnings);
        }
        case Component.SWITCHING -> judgeTrouble(component, warnings);
        // Each node's: they are not in the same trouble.
        case Component.STRATUM -> judgeEach(component, "trouble", warnings);
        case Component.JOURNAL -> judgeJournal(component, faults, warnings);
        case Component.REPORTER -> {
          judgeWriting(component, warnings);
          judgeTrouble(component, warnings);
        }
        case Component.NODE -> judgeEach(component, "trouble", warnings);
        default -> {
          // The others have no state that could be wrong.
        }
      }
    }
    return new Health(List.copyOf(faults), List.copyOf(warnings), false);
  }

  /** The same of a node that is perhaps being taken out of service. */
  Health draining(boolean isDraining) {
    return new Health(faults, warnings, isDraining);
  }

  /** The coins that no miner needs: where they could be mined, another one with live work is. */
  private static Set<String> spare(List<Component> components) {
    Set<String> spare = new HashSet<>();
    for (Component group : components) {
      String mined = Component.text(group.body(), "current_network");
      List<JsonObject> coins =
          Component.array(group.body(), "coins").stream()
              .filter(JsonObject.class::isInstance)
              .map(JsonObject.class::cast)
              .toList();
      boolean live =
          coins.stream()
              .filter(coin -> Component.text(coin, "currency").equals(mined))
              .anyMatch(coin -> Component.text(coin, "not_live").isEmpty());
      if (group.is(Component.SWITCHING) && live) {
        coins.forEach(coin -> spare.add(Component.text(coin, "currency")));
        spare.remove(mined);
      }
    }
    components.stream()
        .filter(component -> component.is(Component.STRATUM))
        .forEach(port -> spare.remove(Component.text(port.body(), "source")));
    return spare;
  }

  private static void judgeJobs(
      Component manager, Duration templateMaxAge, List<String> faults, List<String> warnings) {
    JsonObject body = manager.body();
    if (Component.number(body, "live_coinservers") == 0) {
      faults.add(manager.name() + ": no live coin server");
    } else if (Component.number(body, "down_coinservers") > 0) {
      warnings.add(manager.name() + ": a coin server is down");
    }
    if (!(body.getValue("template_age") instanceof Number age)) {
      faults.add(manager.name() + ": no template yet");
    } else if (age.doubleValue() > templateMaxAge.toSeconds()) {
      faults.add("%s: the template is %.0f s old".formatted(manager.name(), age.doubleValue()));
    }
    judgeTrouble(manager, warnings);
  }

  private static void judgeJournal(Component journal, List<String> faults, List<String> warnings) {
    judgeWriting(journal, faults);
    judgeTrouble(journal, warnings);
    double lost = Component.number(journal.body(), "lost");
    if (lost > 0) {
      warnings.add("%s: %.0f entries could not be kept".formatted(journal.name(), lost));
    }
    double missed = Component.number(journal.body(), "missed");
    if (missed > 0) {
      warnings.add(
          "%s: %.0f entries were given up before reporters had them"
              .formatted(journal.name(), missed));
    }
    double damaged = Component.number(journal.body(), "damaged");
    if (damaged > 0) {
      warnings.add("%s: %.0f damaged places in its files".formatted(journal.name(), damaged));
    }
    journal.parts().stream()
        .map(part -> Component.object(part, "reporters"))
        .flatMap(
            reporters ->
                reporters.fieldNames().stream()
                    .map(name -> unserved(name, Component.object(reporters, name))))
        .filter(words -> !words.isEmpty())
        .distinct()
        .forEach(words -> warnings.add(journal.name() + ": " + words));
    if (journal.parts().stream()
        .anyMatch(part -> Boolean.FALSE.equals(part.getValue("buffers_kept")))) {
      warnings.add(
          journal.name()
              + ": the journal's buffers are in memory: kill -9 may cost what is not synced");
    }
    boolean alarming =
        journal.parts().stream().anyMatch(part -> Boolean.TRUE.equals(part.getValue("alarm")));
    if (alarming && journal.failure().isEmpty()) {
      warnings.add(journal.name() + ": over half of the space allowed to it is in use");
    }
  }

  private static String unserved(String reporter, JsonObject queue) {
    String failing = Component.text(queue, "failing");
    return failing.isEmpty() ? "" : "reporter " + reporter + " is not served: " + failing;
  }

  private static void judgeTrouble(Component component, List<String> complaints) {
    complain(component, Component.text(component.body(), "trouble"), complaints);
  }

  /** Each node's words: the merged status has but one's, of candidates the leader's. */
  private static void judgeEach(Component component, String field, List<String> complaints) {
    component.parts().forEach(part -> complain(component, Component.text(part, field), complaints));
  }

  private static void complain(Component component, String words, List<String> complaints) {
    String complaint = component.name() + ": " + words;
    if (!words.isEmpty() && !complaints.contains(complaint)) {
      complaints.add(complaint);
    }
  }

  private static void judgeWriting(Component component, List<String> complaints) {
    component
        .failure()
        .ifPresent(failure -> complaints.add(component.name() + " is failing: " + failure));
  }
}
