import { createFramer } from '../../collector/src/parse/index.ts';

/**
 * How fast bytes become frames and records, in MiB a second of processor time: `node test/bench/parse-framing.ts [MEBIBYTES]`. Chunks are of 256 KiB,
 * as tail hands them on.
 */
const mebibytes = Number(process.argv[2] ?? 256);
const chunkBytes = 262_144;

const client =
  '<![LOG[Getting CCM Token from https://cmg.cloudapp.net/CCM_PROXY_MutualAuth/72186325152220500/CCM_STS]LOG]!><time="14:35:58.738+240" date="10-08-2019" component="CcmMessaging" context="" type="1" thread="3344" file="ccmtoken.cpp:1001">\r\n';
const many =
  '<![LOG[Raising event:\r\ninstance of CCM_CcmHttp_Status\r\n{\r\n\tClientID = "GUID:C66EE0FD";\r\n\tDateTime = "20190509203351.387000+000";\r\n\tHostName = "mp";\r\n};\r\n]LOG]!><time="14:35:58.738+240" date="10-08-2019" component="CcmMessaging" context="" type="1" thread="3344" file="event.cpp:706">\r\n';
const site =
  'MessageID: 3087bd34-b82c-4950-b972-e82bb0fb8385 RequestURI: https://MP.MYCORP.COM/CCM_STS EndpointName: CCM_STS ResponseHeader: HTTP/1.1 200 OK ~~ ResponseBodySize: 0 ElapsedTime: 2 ms~~  $$<SMS_CLOUD_PROXYCONNECTOR><06-24-2020 15:31:46.376+00><thread=4992 (0x1380)>\r\n';
const viewer =
  "Processing Registration request from Client 'CL2'\tMP_RegistrationManager\t03.07.2019 14:17:54\t5780 (0x1694)\r\n";
const bare = 'No envelope at all, as in the log of an installer that writes only words\r\n';

const kinds = {
  'client records': client,
  'client records over lines': many,
  'site records': site,
  'viewer rows': viewer,
  'bare lines': bare,
};

for (const [name, text] of Object.entries(kinds)) {
  const one = Buffer.from(text.repeat(Math.ceil((8 * 1_048_576) / text.length)));
  for (const decode of [false, true]) {
    const share = decode || text === viewer ? 0.125 : 1;
    const began = process.cpuUsage();
    let bytes = 0;
    let records = 0;
    const framer = createFramer();
    const source = { path: 'A.log', host: 'H', log: 'A.log', generation: 0 };
    while (bytes < mebibytes * 1_048_576 * share) {
      for (let at = 0; at < one.length; at += chunkBytes) {
        const part = one.subarray(at, at + chunkBytes);
        for (const frames of framer.push({
          source,
          bytes: part,
          encoding: 'utf-8',
          offsetOf: (index) => index,
          last: false,
        })) {
          records += frames.count;
          if (decode) for (let index = 0; index < frames.count; index++) frames.record(index);
        }
        bytes += part.length;
      }
    }
    const used = process.cpuUsage(began);
    const seconds = (used.user + used.system) / 1e6;
    const rate = (bytes / 1_048_576 / seconds).toFixed(0);
    process.stdout.write(
      `${name.padEnd(26)} ${(decode ? 'framed and decoded' : 'framed').padEnd(18)} ${rate.padStart(6)} MiB/s ${(records / seconds / 1e6).toFixed(2).padStart(6)} M records/s\n`,
    );
  }
}
