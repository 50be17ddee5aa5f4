package io.powerpool.difficulty;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Random;

/**
 * One miner, from its first job on: shares are a Poisson process at the difficulty that the miner
 * has got by then. Goes from event to event, so hours cost milliseconds.
 *
 * @param work difficulty per second that the miner does
 * @param steps times (s, rising) from which it works at another multiple of that
 * @param latency seconds that a new difficulty, and a share, need on their way
 * @param batch shares leave the miner only at multiples of so many seconds; 0 for at once
 * @param from the time from which things are measured (s)
 * @param until the end (s)
 * @param ideal the difficulty that is right from {@code from} on
 */
record MinerSimulation(
    double work,
    List<Step> steps,
    double latency,
    double batch,
    double from,
    double until,
    double ideal) {

  /** No more shares get through one connection in a second. */
  private static final double MOST_SHARES_PER_SECOND = 1000;

  /** The pool looks at silent miners so often. */
  private static final double TICK = 5;

  /** A rule has converged when it stays near the ideal for so long. */
  private static final double CALM = 120;

  /** Errors and changes count as "after convergence" from so long after the start or step. */
  private static final double SETTLING = 900;

  record Step(double at, double factor) {}

  /** What happened. Logarithms are natural, of ideal / difficulty: positive is too easy. */
  static final class Result {
    /** Seconds until the difficulty came near the ideal to stay; NaN if it never did. */
    double secondsToConverge = Double.NaN;

    /** Shares received until then. */
    long sharesToConverge;

    /** The most shares received within one second, from the start or step on. */
    int mostSharesInASecond;

    int changesAfter;
    double secondsAfter;
    double sumLogAfter;
    double sumSquareLogAfter;
  }

  /** Lets a rule handle the miner; near the ideal means within the factor {@code band}. */
  Result run(DifficultyRule rule, Random random, double band) {
    Result result = new Result();
    double difficulty = rule.onStart(0);
    double atMiner = difficulty;
    double speed = 1;
    int nextStep = 0;
    ArrayDeque<double[]> orders = new ArrayDeque<>();
    ArrayDeque<double[]> wire = new ArrayDeque<>();
    double nextTick = TICK;
    double nextShare = draw(random, atMiner, speed, 0);
    double nearSince = isNear(difficulty, band) ? from : Double.NaN;
    double accounted = from + SETTLING;
    long shares = 0;
    long second = -1;
    int inSecond = 0;
    while (true) {
      double orderAt = orders.isEmpty() ? until : orders.peek()[0];
      double wireAt = wire.isEmpty() ? until : wire.peek()[0];
      double stepAt = nextStep < steps.size() ? steps.get(nextStep).at : until;
      double now =
          Math.min(Math.min(nextTick, nextShare), Math.min(Math.min(orderAt, wireAt), stepAt));
      if (now >= until) {
        break;
      }
      double change = 0;
      long nanos = (long) (now * 1e9);
      if (now == stepAt) {
        speed = steps.get(nextStep++).factor;
        nextShare = draw(random, atMiner, speed, now);
      } else if (now == orderAt) {
        atMiner = orders.remove()[1];
        nextShare = draw(random, atMiner, speed, now);
      } else if (now == wireAt) {
        if ((long) now != second) {
          second = (long) now;
          inSecond = 0;
        }
        inSecond++;
        if (now >= from) {
          shares++;
          result.mostSharesInASecond = Math.max(result.mostSharesInASecond, inSecond);
        }
        change = rule.onShare(wire.remove()[1], nanos);
      } else if (now == nextShare) {
        double leaves = batch > 0 ? Math.ceil(now / batch) * batch : now;
        wire.add(new double[] {leaves + latency, atMiner});
        nextShare = draw(random, atMiner, speed, now);
      } else {
        nextTick = now + TICK;
        change = rule.onTick(nanos);
      }
      if (Double.isNaN(result.secondsToConverge) && now - nearSince >= CALM) {
        result.secondsToConverge = nearSince - from;
      }
      if (change > 0) {
        accounted = account(result, difficulty, accounted, now);
        difficulty = change;
        orders.add(new double[] {now + latency, change});
        if (!isNear(difficulty, band)) {
          nearSince = Double.NaN;
        } else if (Double.isNaN(nearSince)) {
          nearSince = Math.max(from, now);
          result.sharesToConverge =
              Double.isNaN(result.secondsToConverge) ? shares : result.sharesToConverge;
        }
        if (now >= from + SETTLING) {
          result.changesAfter++;
        }
      }
    }
    account(result, difficulty, accounted, until);
    return result;
  }

  private boolean isNear(double difficulty, double band) {
    return Math.abs(Math.log(ideal / difficulty)) <= Math.log(band);
  }

  private double account(Result result, double difficulty, double since, double now) {
    if (now <= since) {
      return since;
    }
    double log = Math.log(ideal / difficulty);
    result.secondsAfter += now - since;
    result.sumLogAfter += log * (now - since);
    result.sumSquareLogAfter += log * log * (now - since);
    return now;
  }

  private double draw(Random random, double difficulty, double speed, double now) {
    double rate = Math.min(work * speed / difficulty, MOST_SHARES_PER_SECOND);
    return rate > 0 ? now - Math.log(1 - random.nextDouble()) / rate : Double.POSITIVE_INFINITY;
  }
}
