/**
 * Shows the cluster to people and tools: PowerPool's JSON routes, a summary, a health answer and
 * one page. Start reading at {@link io.powerpool.monitor.MonitorVerticle}.
 *
 * <p>Everything comes from the {@link io.powerpool.cluster.StatusReport}s that the verticles
 * publish each second; nothing here reaches into another verticle. All fields are optional: what is
 * missing is shown as missing. In every body: {@code counters} (what {@link
 * io.powerpool.statistics.Counters#toList} gives), {@code config} (the effective settings, secrets
 * hidden). Times are seconds since 1970, fractions allowed. By type:
 *
 * <ul>
 *   <li>{@code stratum}: {@code address}, {@code port}, {@code source} (a coin or a switching
 *       group), {@code currency} (the coin that is mined now), {@code algo}, {@code hps} (over ten
 *       minutes) with {@code mhps}, {@code hps_1min}, {@code hps_1hour}, {@code client_count},
 *       {@code client_count_authed}, {@code client_count_active}, {@code client_count_idle}, {@code
 *       address_count}, {@code address_worker_count}, {@code active_jobs}, {@code stale_jobs},
 *       {@code last_flush_job}, {@code closed} (by reason), {@code hashes_per_difficulty_one},
 *       {@code parked_sessions} and {@code remote_sessions} (of other nodes) that miners can go on
 *       with, {@code extranonce_prefix}, {@code trouble} (why it lets nobody in, has no jobs or but
 *       an old one), {@code clients_address}.
 *   <li>{@code jobmanager}: {@code currency}, {@code algorithm}, {@code leader} (absent means yes),
 *       {@code net_state} with {@code height}, {@code difficulty}, {@code transactions}, {@code
 *       subsidy}; {@code template_age} (seconds), {@code trouble} (what is wrong, in words), {@code
 *       live_coinservers}, {@code down_coinservers}, {@code coinservers} (name to {@code status} a
 *       state, "live" if all is well, {@code height}, {@code last_rtt} in seconds, {@code
 *       last_error}), {@code block_stats}, {@code job_count}, {@code block_proposal} (what a coin
 *       server made of a block of ours, asked at the start and by the path {@code NAME/proposal}:
 *       {@code result}, "valid" if all is well, {@code height}, {@code time}), {@code last_signal},
 *       {@code signals} (by way of hearing of blocks: {@code first} and {@code heard}, counts of
 *       blocks; {@code behind} and {@code to_miners}, each with {@code count}, {@code p50_ms},
 *       {@code p95_ms}, {@code buckets} and more), {@code recent_blocks}.
 *   <li>{@code switching}: {@code current_network} and {@code next_network} (coins, or null),
 *       {@code price_data} (coin to profit, ratio and the time since which they are so), {@code
 *       profit_data} (coin to score), {@code coins} (each with {@code currency}, {@code score},
 *       {@code profit}, {@code ratio}, {@code height}, {@code difficulty}, and {@code not_live},
 *       which says why it has no live work, empty if it has), {@code switch_count}, {@code
 *       last_switch} ({@code time}, {@code from}, {@code to}, {@code reason}), {@code trouble}.
 *   <li>{@code journal}: {@code failing} (a text if writing fails), {@code alarm}, {@code lost},
 *       {@code pending_count}.
 *   <li>{@code reporter}: {@code queue_size}, {@code lag_seconds}, {@code failing}, {@code trouble}
 *       (what else is wrong, in words), {@code put_aside} (entries that could not be stored).
 *   <li>{@code signal}: {@code address}, {@code port} (UDP), {@code currencies}, {@code
 *       received_count}, {@code accepted_count}, {@code refused_count}, {@code refused} (by
 *       reason).
 * </ul>
 *
 * <p>A stratum instance is asked for its miners at its {@code clients_address}, {@code {}} or
 * {@code {"user": address}}, and answers {@code {"clients": [...]}}, each with {@code id}, {@code
 * address}, {@code worker}, {@code idle} and further details.
 *
 * <p>A ledger is asked at its {@code ledger_address}; of {@code store} and {@code told_of_all} in
 * its status see {@link io.powerpool.monitor.Ledgers}. It is asked {@code {"query": "blocks",
 * "limit": n}} and answers {@code {"blocks": [...]}}, newest first, each with {@code time}, {@code
 * currency}, {@code algorithm}, {@code height}, {@code hash} (display order), {@code address},
 * {@code worker}, {@code reward} (smallest unit), {@code fees} (the part of it that transactions
 * pay, null if not known), {@code network_difficulty}, {@code outcome} (lower case) and {@code
 * reason}; and {@code {"query": "workers", "limit": n}}, answered by {@code {"workers": [...]}},
 * the busiest of the last ten minutes first, each with {@code address}, {@code worker}, {@code
 * currency}, {@code accepted_difficulty}, {@code rejected_difficulty}, {@code first_seen} and
 * {@code seconds} (what the sums cover).
 */
package io.powerpool.monitor;
