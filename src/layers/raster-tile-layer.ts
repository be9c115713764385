/**
 * Draws a tiled raster on the optical grid, in every pane that lets it through deck.gl's `layerFilter`.
 *
 * One draw call per tile. The tiles are chosen while drawing, from the pane's own viewport, so panning touches neither
 * React nor the layer's props. Where a tile has not arrived its nearest coarser relative is drawn instead.
 *
 * `lookup` turns class ids into colours in the shader: 256 columns (first source) × 1 or 256 rows (second source).
 * Switching a class off, another opacity or another colour rewrites that small table and no tile.
 */
import {
  COORDINATE_SYSTEM,
  Layer,
  type LayerProps,
  project32,
  type UpdateParameters,
  type Viewport,
} from "@deck.gl/core";
import type { Texture } from "@luma.gl/core";
import { Geometry, Model } from "@luma.gl/engine";
import type { ShaderModule } from "@luma.gl/shadertools";
import { type GridPlacement, OWN_PLACE, poseOn } from "../core/georef/grid-placement";
import { maxLevel, type PlacedTile, parentTile, placeTile, TILE_PX, type TileAddress } from "../core/raster/tile-grid";
import type { CameraPose } from "./camera";
import type { LookupTable } from "./lookup-table";
import type { TileSource } from "./tile-source";
import type { TileTextures } from "./tile-textures";
import { visibleTiles } from "./visible-tiles";

/** Part of the pane the layer is drawn in, in fractions of the pane from its upper-left corner. */
export type PaneClip =
  | { readonly kind: "all" }
  | {
      readonly kind: "rect";
      readonly left: number;
      readonly top: number;
      readonly right: number;
      readonly bottom: number;
    }
  /** A disc; radius in CSS pixels. */
  | { readonly kind: "disc"; readonly x: number; readonly y: number; readonly radiusPx: number };

interface RasterTileOptions {
  readonly source: TileSource;
  /** A second raster of ids on the same grid, for tables of two ids; null otherwise. */
  readonly second: TileSource | null;
  /** Null draws the source's own colours. */
  readonly lookup: LookupTable | null;
  readonly textures: TileTextures;
  /** 0 = own colours … 1 = grey. */
  readonly desaturate: number;
  /** Brightness factor, for a photo that lies dimmed under an error map. */
  readonly dim: number;
  readonly clip: PaneClip;
  /** Where the source's grid lies on the pane's. */
  readonly place: GridPlacement;
}

export type RasterTileLayerProps = RasterTileOptions & LayerProps;

type TileUniforms = {
  bounds: [number, number, number, number];
  texCoords: [number, number, number, number];
  clipRect: [number, number, number, number];
  /** Centre x, centre y, radius (fractions of the pane's width), height ÷ width; radius 0 = no disc. */
  disc: [number, number, number, number];
  opacity: number;
  desaturate: number;
  dim: number;
  /** 0 own colours, 1 table of one id, 2 table of two ids. */
  mode: number;
  tileTexture: Texture;
  secondTexture: Texture;
  lookupTexture: Texture;
};

const uniformBlock = `\
layout(std140) uniform tileUniforms {
  vec4 bounds;
  vec4 texCoords;
  vec4 clipRect;
  vec4 disc;
  float opacity;
  float desaturate;
  float dim;
  float mode;
} tile;
`;

const tileModule = {
  name: "tile",
  vs: uniformBlock,
  fs: uniformBlock,
  uniformTypes: {
    bounds: "vec4<f32>",
    texCoords: "vec4<f32>",
    clipRect: "vec4<f32>",
    disc: "vec4<f32>",
    opacity: "f32",
    desaturate: "f32",
    dim: "f32",
    mode: "f32",
  },
} as const satisfies ShaderModule<TileUniforms>;

const vertexShader = `\
#version 300 es
#define SHADER_NAME raster-tile-vertex
in vec3 positions;
out vec2 texCoord;
out vec2 panePosition;
void main(void) {
  vec3 world = vec3(mix(tile.bounds.xy, tile.bounds.zw, positions.xy), 0.0);
  gl_Position = project_position_to_clipspace(world, vec3(0.0), vec3(0.0));
  texCoord = mix(tile.texCoords.xy, tile.texCoords.zw, positions.xy);
  panePosition = vec2(0.5, -0.5) * gl_Position.xy / gl_Position.w + 0.5;
}
`;

const fragmentShader = `\
#version 300 es
#define SHADER_NAME raster-tile-fragment
precision highp float;
uniform sampler2D tileTexture;
uniform sampler2D secondTexture;
uniform sampler2D lookupTexture;
in vec2 texCoord;
in vec2 panePosition;
out vec4 fragColor;
void main(void) {
  if (panePosition.x < tile.clipRect.x || panePosition.y < tile.clipRect.y ||
      panePosition.x >= tile.clipRect.z || panePosition.y >= tile.clipRect.w) {
    discard;
  }
  if (tile.disc.z > 0.0) {
    vec2 offset = (panePosition - tile.disc.xy) * vec2(1.0, tile.disc.w);
    if (dot(offset, offset) > tile.disc.z * tile.disc.z) {
      discard;
    }
  }
  vec4 colour = texture(tileTexture, texCoord);
  if (tile.mode > 0.5) {
    int first = int(colour.r * 255.0 + 0.5);
    int second = tile.mode > 1.5 ? int(texture(secondTexture, texCoord).r * 255.0 + 0.5) : 0;
    colour = texelFetch(lookupTexture, ivec2(first, second), 0);
  }
  float grey = dot(colour.rgb, vec3(0.299, 0.587, 0.114));
  colour.rgb = mix(colour.rgb, vec3(grey), tile.desaturate) * tile.dim;
  colour.a *= tile.opacity;
  if (colour.a < 0.002) {
    discard;
  }
  fragColor = colour;
}
`;

export class RasterTileLayer extends Layer<RasterTileOptions> {
  static override layerName = "RasterTileLayer";
  static override defaultProps = {
    source: { type: "object", value: null, compare: false },
    second: { type: "object", value: null, compare: false },
    lookup: { type: "object", value: null, compare: false },
    textures: { type: "object", value: null, compare: false },
    clip: { type: "object", value: { kind: "all" }, compare: false },
    place: { type: "object", value: OWN_PLACE, compare: false },
    desaturate: { type: "number", value: 0 },
    dim: { type: "number", value: 1 },
  } as never;

  declare state: { model: Model; lookupTexture: Texture | null; empty: Texture };

  override getShaders() {
    return super.getShaders({ vs: vertexShader, fs: fragmentShader, modules: [project32, tileModule] });
  }

  override initializeState(): void {
    const { device } = this.context;
    const empty = device.createTexture({ width: 1, height: 1, format: "rgba8unorm" });
    empty.writeData(new Uint8Array(4));
    this.setState({
      empty,
      lookupTexture: null,
      model: new Model(device, {
        ...this.getShaders(),
        id: this.props.id,
        geometry: new Geometry({
          topology: "triangle-strip",
          attributes: {
            positions: { size: 3, value: new Float32Array([0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 0]) },
          },
        }),
        isInstanced: false,
      }),
    });
  }

  override updateState({ props, oldProps }: UpdateParameters<this>): void {
    if (props.lookup !== oldProps.lookup) {
      this.#writeLookup(props.lookup);
    }
  }

  override finalizeState(context: never): void {
    super.finalizeState(context);
    this.state.model.destroy();
    this.state.lookupTexture?.destroy();
    this.state.empty.destroy();
  }

  override draw(): void {
    const { viewport, device } = this.context;
    const { source, place } = this.props;
    const pose = poseOn(place, poseOf(viewport));
    const pixelRatio = device.canvasContext?.cssToDeviceRatio() ?? 1;
    for (const tile of visibleTiles(source, pose, viewport, pixelRatio)) {
      this.#drawTile(tile);
    }
  }

  #drawTile(tile: PlacedTile): void {
    const found = this.#find(tile);
    if (found === null) {
      return;
    }
    const { source, second, lookup, clip, place, desaturate, dim, opacity } = this.props;
    const { model, empty, lookupTexture } = this.state;
    const { viewport } = this.context;
    const origin = placeTile(source, found.address);
    const span = TILE_PX * 2 ** found.address.level;
    const uniforms: TileUniforms = {
      bounds: [
        place.col + tile.left * place.colScale,
        place.row + tile.top * place.rowScale,
        place.col + tile.right * place.colScale,
        place.row + tile.bottom * place.rowScale,
      ],
      texCoords: [
        (tile.left - origin.left) / span,
        (tile.top - origin.top) / span,
        (tile.right - origin.left) / span,
        (tile.bottom - origin.top) / span,
      ],
      clipRect: clip.kind === "rect" ? [clip.left, clip.top, clip.right, clip.bottom] : [0, 0, 1, 1],
      disc:
        clip.kind === "disc"
          ? [clip.x, clip.y, clip.radiusPx / viewport.width, viewport.height / viewport.width]
          : [0, 0, 0, 0],
      opacity,
      desaturate,
      dim,
      mode: lookup === null ? 0 : second === null ? 1 : 2,
      tileTexture: found.texture,
      secondTexture: found.second ?? empty,
      lookupTexture: lookupTexture ?? empty,
    };
    model.shaderInputs.setProps({ tile: uniforms });
    model.draw(this.context.renderPass);
  }

  /** The tile's own textures, or those of its nearest coarser relative that has arrived. */
  #find(tile: TileAddress): { address: TileAddress; texture: Texture; second: Texture | null } | null {
    const { source, second, textures } = this.props;
    const { device } = this.context;
    let address = tile;
    for (let level = tile.level; level <= maxLevel(source); level++) {
      const ask = level === tile.level;
      const texture = textures.get(device, source, address, ask);
      const secondTexture = second === null ? null : textures.get(device, second, address, ask);
      if (texture !== null && (second === null || secondTexture !== null)) {
        return { address, texture, second: secondTexture };
      }
      address = parentTile(address);
    }
    return source.before === undefined || second !== null ? null : this.#findBefore(source.before, tile);
  }

  /** What was drawn before the source came; nothing of it is asked for any more. */
  #findBefore(before: TileSource, tile: TileAddress): { address: TileAddress; texture: Texture; second: null } | null {
    let address = tile;
    for (let level = tile.level; level <= maxLevel(before); level++) {
      const texture = this.props.textures.get(this.context.device, before, address, false);
      if (texture !== null) {
        return { address, texture, second: null };
      }
      address = parentTile(address);
    }
    return null;
  }

  #writeLookup(lookup: LookupTable | null): void {
    this.state.lookupTexture?.destroy();
    if (lookup === null) {
      this.setState({ lookupTexture: null });
      return;
    }
    const texture = this.context.device.createTexture({
      width: 256,
      height: lookup.rows,
      format: "rgba8unorm",
      mipLevels: 1,
      sampler: { minFilter: "nearest", magFilter: "nearest" },
    });
    texture.writeData(lookup.rgba);
    this.setState({ lookupTexture: texture });
  }
}

/** Layer props with the defaults of a plain picture. */
export function rasterTileLayer(
  options: Pick<RasterTileLayerProps, "id" | "source" | "textures"> & Partial<RasterTileLayerProps>,
): RasterTileLayer {
  return new RasterTileLayer({
    second: null,
    lookup: null,
    desaturate: 0,
    dim: 1,
    clip: { kind: "all" },
    place: OWN_PLACE,
    coordinateSystem: COORDINATE_SYSTEM.CARTESIAN,
    pickable: false,
    ...options,
  });
}

function poseOf(viewport: Viewport): CameraPose {
  const [col = 0, row = 0] = viewport.unproject([viewport.width / 2, viewport.height / 2]);
  return { centrePx: [col, row], zoom: viewport.zoom };
}
