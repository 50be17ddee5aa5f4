/**
 * Serves rig agents (ppagent): beside a stratum port, a program on the rig's side tells
 * temperatures, hash rates and the mining program's own figures, as one JSON object a line.
 *
 * <p>A line's way: {@link io.powerpool.agent.AgentConnection} cuts it out, {@link
 * io.powerpool.agent.AgentSession} understands it and answers, {@link
 * io.powerpool.agent.WorkerDirectory} knows whether the worker is connected anywhere in the
 * cluster, and what is accepted goes to the {@link io.powerpool.share.TelemetryListener}.
 */
package io.powerpool.agent;
