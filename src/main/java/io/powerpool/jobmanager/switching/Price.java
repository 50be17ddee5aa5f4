package io.powerpool.jobmanager.switching;

/**
 * What a source says about a coin.
 *
 * @param profit the price of one coin, in whatever all coins are priced in
 * @param ratio by how much more or less the pool earns than the price says
 */
record Price(double profit, double ratio) {}
