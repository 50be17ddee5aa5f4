package io.powerpool.monitor;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether the pool can do its work: miners have fresh work, solved blocks can be submitted, shares
 * are written down.
 *
 * @param faults why it cannot, in plain words; empty if it can
 * @param warnings what is wrong but does not stop it
 */
record Health(List<String> faults, List<String> warnings) {

  boolean healthy() {
    return faults.isEmpty();
  }

  /** "ok", "degraded" (it works, but somebody should look) or "failing". */
  String status() {
    if (!healthy()) {
      return "failing";
    }
    return warnings.isEmpty() ? "ok" : "degraded";
  }

  List<String> reasons() {
    List<String> reasons = new ArrayList<>(faults);
    reasons.addAll(warnings);
    return reasons;
  }

  JsonObject toJson() {
    return new JsonObject().put("status", status()).put("reasons", new JsonArray(reasons()));
  }

  static Health of(
      List<Component> components,
      List<String> silent,
      Duration templateMaxAge,
      long nowEpochMillis) {
    List<String> faults = new ArrayList<>();
    List<String> warnings = new ArrayList<>(silent);
    if (components.stream().noneMatch(component -> component.is(Component.JOB_MANAGER))) {
      faults.add("no job manager is heard: miners get no new work");
    }
    for (Component component : components) {
      switch (component.type()) {
        case Component.JOB_MANAGER ->
            judgeJobManager(component, templateMaxAge, nowEpochMillis, faults, warnings);
        case Component.JOURNAL -> judgeWriting(component, faults);
        case Component.REPORTER -> judgeWriting(component, warnings);
        default -> {
          // The others have no state that could be wrong.
        }
      }
    }
    return new Health(List.copyOf(faults), List.copyOf(warnings));
  }

  private static void judgeJobManager(
      Component manager,
      Duration templateMaxAge,
      long nowEpochMillis,
      List<String> faults,
      List<String> warnings) {
    JsonObject body = manager.body();
    boolean known = body.getValue("live_coinservers") instanceof Number;
    if (known && Component.number(body, "live_coinservers") == 0) {
      faults.add(manager.name() + ": no live coin server");
    } else if (Component.number(body, "down_coinservers") > 0) {
      warnings.add(manager.name() + ": a coin server is down");
    }
    double ageSeconds = PoolSummary.templateAgeSeconds(body, nowEpochMillis);
    if (ageSeconds > templateMaxAge.toSeconds()) {
      faults.add("%s: the template is %.0f s old".formatted(manager.name(), ageSeconds));
    } else if (Double.isNaN(ageSeconds)) {
      faults.add(manager.name() + ": no template yet");
    }
  }

  private static void judgeWriting(Component component, List<String> complaints) {
    component
        .failure()
        .ifPresent(failure -> complaints.add(component.name() + " is failing: " + failure));
  }
}
