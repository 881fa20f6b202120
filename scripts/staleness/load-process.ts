import { openRawConnection } from '../bench/raw-connection.ts';
import type { LoadPlan } from './background-load.ts';

const counts: Record<string, number> = {};

process.on('message', async (order: LoadPlan | 'stop') => {
  if (order === 'stop') {
    process.send?.(counts);
    return;
  }
  const requests = order.requests.map((text) => Buffer.from(text));
  let next = 0;
  for (const port of order.ports) {
    for (let n = 0; n < order.connections; n += 1) {
      const connection = await openRawConnection(port, (error) => {
        throw error;
      });
      const ask = () => {
        next = (next + 1) % requests.length;
        connection.send(requests[next] as Buffer, (status) => {
          counts[status] = (counts[status] ?? 0) + 1;
          ask();
        });
      };
      ask();
    }
  }
  process.send?.(counts);
});
