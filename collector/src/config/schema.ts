import { z } from 'zod';

const milliseconds = (fallback: number) => z.number().int().min(0).default(fallback);
const secret = z.string().min(16, 'must have at least 16 characters');

const source = z.strictObject({
  path: z.string().min(1).describe('File, folder, glob or .zip archive.'),
  host: z
    .string()
    .min(1)
    .optional()
    .describe('Host that wrote the logs; otherwise told by the folder above.'),
  site: z.string().min(1).optional().describe('Three-character site code of that host (ccm.site.code).'),
  encoding: z
    .string()
    .min(1)
    .optional()
    .describe('Encoding of the files, such as windows-1252; otherwise detected.'),
  timezone: z
    .string()
    .min(1)
    .optional()
    .describe('IANA zone of records whose envelope carries no bias; otherwise UTC.'),
});

const tls = z.strictObject({
  certificate: z.string().min(1).describe('PEM file with the certificate chain.'),
  key: z.string().min(1).describe('PEM file with the private key.'),
  ca: z.string().min(1).optional().describe('PEM file with the authorities to trust.'),
});

const destination = z.strictObject({
  name: z
    .string()
    .min(1)
    .optional()
    .describe('Names the destination in metrics and logs; otherwise its host.'),
  url: z.url().describe('OTLP/HTTP base address, such as http://127.0.0.1:4318 (the signal path is added).'),
  protocol: z.enum(['http/protobuf', 'http/json']).default('http/protobuf').describe('Encoding of the body.'),
  compression: z.enum(['gzip', 'none']).default('gzip').describe('Compression of the body.'),
  headers: z.record(z.string(), z.string()).default({}).describe('Headers sent with each request.'),
  timeoutMs: milliseconds(10_000).describe('Time for one request.'),
  logs: z.boolean().default(false).describe('Sends the matched records as OTLP logs too.'),
  metrics: z.boolean().default(false).describe('Sends metrics over OTLP too.'),
  tls: tls.partial().optional().describe('Client certificate and trusted authorities.'),
});

/** The one source of defaults, checks and documentation of the configuration file. */
export const configSchema = z.strictObject({
  sources: z.array(source).default([]).describe('What to read, besides paths given on the command line.'),
  site: z.string().default('').describe('Site code of hosts that have none of their own.'),
  mappings: z.array(z.string()).default([]).describe('Folders of mappings laid over the shipped ones.'),
  store: z
    .strictObject({
      folder: z.string().default('.ccmtrace').describe('Folder of the embedded store and the checkpoints.'),
      maxAgeDays: z.number().min(0).default(30).describe('Traces older than this are removed; 0 keeps all.'),
      maxMebibytes: z
        .number()
        .min(0)
        .default(0)
        .describe('Oldest traces go when the store outgrows this; 0: no limit.'),
      memoryMebibytes: z
        .number()
        .int()
        .min(128)
        .default(1024)
        .describe('Memory that the store may take for its cache and for answering.'),
    })
    .prefault({})
    .describe('The embedded store.'),
  http: z
    .strictObject({
      listen: z
        .string()
        .default('127.0.0.1')
        .describe('Address to bind; anything but loopback needs tls and token.'),
      port: z.number().int().min(0).max(65_535).default(4319).describe('Port; 0 takes a free one.'),
      token: secret.optional().describe('Bearer token that every request must carry.'),
      tls: tls.optional().describe('Serves HTTPS.'),
      allowedHosts: z
        .array(z.string())
        .default([])
        .describe('Host headers accepted besides the bound address.'),
    })
    .prefault({})
    .describe('Page, API and /metrics.'),
  export: z.array(destination).default([]).describe('OTLP destinations.'),
  evidence: z
    .strictObject({
      original: z
        .enum(['full', 'redacted', 'off'])
        .default('full')
        .describe('What span events keep of the record.'),
    })
    .prefault({})
    .describe('What spans keep of the records they were made of.'),
  privacy: z
    .strictObject({
      identities: z
        .enum(['keep', 'pseudonymise', 'drop'])
        .default('keep')
        .describe('User ids and SIDs: kept, replaced by keyed hashes, or left out.'),
      key: secret.optional().describe('Key of the pseudonyms; the same key gives the same pseudonyms.'),
    })
    .prefault({})
    .describe('Applies to store and export alike.'),
  joins: z
    .strictObject({
      parentThreshold: z
        .number()
        .min(0)
        .max(1)
        .default(0.8)
        .describe('Confidence at which a join becomes a parent.'),
      linkThreshold: z
        .number()
        .min(0)
        .max(1)
        .default(0.1)
        .describe('Confidence at which a join becomes a span link.'),
      settleMs: milliseconds(60_000).describe('How long a story waits for late records of other tiers.'),
    })
    .prefault({})
    .describe('Joining tiers that share no id.'),
  tail: z
    .strictObject({
      pollMs: z
        .number()
        .int()
        .min(10)
        .default(500)
        .describe('Longest time between two looks at an active file.'),
      maxRecordBytes: z
        .number()
        .int()
        .min(1024)
        .default(1_048_576)
        .describe('Longer records are cut, and counted.'),
      heldMebibytes: z
        .number()
        .min(0)
        .default(256)
        .describe(
          'Copies of rolled pieces whose stories have not ended take at most this much; 0 makes none.',
        ),
      inFlightMebibytes: z
        .number()
        .min(1)
        .default(256)
        .describe(
          'About how much memory records may take that are read and whose traces are not stored; reading waits beyond.',
        ),
    })
    .prefault({})
    .describe('Following files.'),
  log: z
    .strictObject({
      level: z.enum(['error', 'warn', 'info', 'debug']).default('info').describe('Least severe line shown.'),
      format: z.enum(['text', 'json']).default('text').describe('Form of the lines on standard error.'),
    })
    .prefault({})
    .describe("The collector's own log."),
});

/** A checked configuration with every default filled in. */
export type Config = z.output<typeof configSchema>;
