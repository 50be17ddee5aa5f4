package io.powerpool.cluster;

/**
 * A sign of life of a reporter that can be sent records.
 *
 * @param reporter its name
 * @param node where it runs
 * @param store what it stores into: the same for all reporters that store into the same place;
 *     empty if it takes no more
 */
public record ReporterHere(String reporter, String node, String store) {}
