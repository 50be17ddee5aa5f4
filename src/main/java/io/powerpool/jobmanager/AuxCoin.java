package io.powerpool.jobmanager;

import io.powerpool.coin.Coin;

/** A coin that is mined together with another, and how. */
record AuxCoin(Coin coin, AuxOptions options) {}
