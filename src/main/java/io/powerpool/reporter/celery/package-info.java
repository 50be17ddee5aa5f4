/**
 * Reports to Celery tasks by RabbitMQ, as PowerPool does to SimpleCoin.
 *
 * <p>The entries of each journal are taken into memory until a group of them is complete, about a
 * minute's; {@code ShareGroup} sums them up. A group is sent as {@code CeleryMessage}s by {@code
 * Broker}, and when the broker has confirmed all of them the journal's position moves behind the
 * group. What was a group, and so the ids of its tasks, stays the same after a crash.
 */
package io.powerpool.reporter.celery;
