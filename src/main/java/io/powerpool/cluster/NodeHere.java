package io.powerpool.cluster;

/**
 * A sign of life of a node.
 *
 * @param node its name
 * @param process tells processes of the same name apart; by chance
 * @param address of its event bus, HOST:PORT
 */
public record NodeHere(String node, long process, String address) {}
