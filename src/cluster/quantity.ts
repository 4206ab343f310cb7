/** Source: k8s.io/apimachinery/pkg/api/resource/quantity.go, suffixer of both families. */
const FACTORS: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

const QUANTITY = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:[eE]([+-]?\d+)|(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]))?$/;

/** Every value is asked for thousands of times over: the requests of all pods are written in few ways. */
const parsed = new Map<string, number>();

/**
 * A resource quantity in thousandths of its unit, rounded up as the scheduler does: 100m of cpu is 100, one byte is 1000.
 * Something that is no quantity, which the API server would not have taken, is 0.
 */
export function milliOf(quantity: string | number): number {
  const text = String(quantity);
  const before = parsed.get(text);
  if (before !== undefined) return before;
  const value = parse(text);
  parsed.set(text, value);
  return value;
}

function parse(text: string): number {
  const [, digits, exponent, suffix = ''] = QUANTITY.exec(text) ?? [];
  if (digits === undefined) return 0;
  const factor = exponent === undefined ? (FACTORS[suffix] ?? 1) : 10 ** Number(exponent);
  // A binary fraction such as 0.1 must not round up to the next thousandth.
  return Math.ceil(Number((Number(digits) * factor * 1000).toPrecision(15)));
}
