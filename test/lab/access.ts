import { labPaths } from './paths.ts';
import { bucket, serviceAddress, serviceUrl } from './services.ts';
import { user } from './ssh.ts';
import type { LabHost, LabState } from './state.ts';

/** What a user of the lab needs to reach it. */
export interface LabAccess {
  readonly kubeconfig: string;
  readonly context: string;
  readonly user: string;
  readonly key: string;
  readonly knownHosts: string;
  readonly s3: S3Access;
  readonly aptUrl: string;
  readonly registry: string;
  readonly hosts: readonly LabHost[];
}

export interface S3Access {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly bucket: string;
}

/** How to reach a lab: files, addresses, credentials. */
export function accessTo(state: LabState): LabAccess {
  const paths = labPaths(state.name);
  return {
    kubeconfig: paths.kubeconfig,
    context: state.name,
    user,
    key: paths.key,
    knownHosts: paths.knownHosts,
    s3: {
      endpoint: serviceUrl(state.slot, 's3'),
      region: 'us-east-1',
      accessKey: state.secrets.accessKey,
      secretKey: state.secrets.secretKey,
      bucket,
    },
    aptUrl: serviceUrl(state.slot, 'apt'),
    registry: serviceAddress(state.slot, 'registry'),
    hosts: state.hosts,
  };
}

/** The same as lines that a shell can read. */
export function accessAsShell(access: LabAccess): string {
  const values = {
    KUBECONFIG: access.kubeconfig,
    LAB_CONTEXT: access.context,
    LAB_SSH_USER: access.user,
    LAB_SSH_KEY: access.key,
    LAB_SSH_KNOWN_HOSTS: access.knownHosts,
    LAB_HOSTS: access.hosts.map((host) => `${host.name}=${host.address}`).join(' '),
    LAB_APT_URL: access.aptUrl,
    LAB_REGISTRY: access.registry,
    LAB_S3_ENDPOINT: access.s3.endpoint,
    LAB_S3_BUCKET: access.s3.bucket,
    AWS_ACCESS_KEY_ID: access.s3.accessKey,
    AWS_SECRET_ACCESS_KEY: access.s3.secretKey,
    AWS_REGION: access.s3.region,
  };
  return Object.entries(values)
    .map(([name, value]) => `export ${name}='${value}'`)
    .join('\n');
}
