/** The thread that draws: it is told of the map, and answers each order with a picture. */
import { Draughtsman, type Order, type Told } from './draw'

const draughtsman = new Draughtsman()

self.addEventListener('message', ({ data }: MessageEvent<Told | Order>) => {
  if (data.kind !== 'order') {
    draughtsman.tell(data)
    return
  }
  const picture = draughtsman.draw(data)
  self.postMessage(picture, { transfer: [picture] })
})
