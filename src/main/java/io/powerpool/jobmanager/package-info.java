/**
 * Keeps every Stratum verticle supplied with fresh work, and brings solved blocks to the coin's
 * servers.
 *
 * <p>{@link io.powerpool.jobmanager.JobManagerVerticle} runs one {@link
 * io.powerpool.jobmanager.CoinJobManager} per coin: {@link io.powerpool.jobmanager.TemplatePoller}
 * notices new work, {@link io.powerpool.jobmanager.TemplateStore} remembers what each job was made
 * from, {@link io.powerpool.jobmanager.BlockSubmitter} writes solved blocks down before it hands
 * them in. Meets the other verticles in {@link io.powerpool.cluster.Topics} only.
 */
package io.powerpool.jobmanager;
