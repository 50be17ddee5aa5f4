package io.powerpool.cluster;

/**
 * What a job was made from, on its way to those who may have to build a block of it.
 *
 * @param jobId the {@link io.powerpool.work.Job#templateId} of the job
 * @param bytes as the job manager keeps it, compressed by zlib; nobody changes them
 */
// Handed on from bus to disk: never compared.
@SuppressWarnings("ArrayRecordComponent")
public record TemplateCopy(long jobId, byte[] bytes) {}
