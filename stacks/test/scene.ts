/** Where the built applications look for what they are to use. */
import type { Scene } from "../../test/adapters/scene.ts";

/** Hands a scene, and its installation, to the applications in this process. */
export function setScene(scene: Scene): void {
  Object.assign(globalThis, { scene, endsession: scene.endsession });
}
