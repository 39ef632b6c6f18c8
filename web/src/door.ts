/** What JavaScript adds to the page of a door, which the server wrote whole: copy buttons and a map. */

import 'maplibre-gl/dist/maplibre-gl.css';
import { drawHatch } from './hatch';

const ZOOM = 17.5;

const said = document.getElementById('said');

for (const button of document.querySelectorAll<HTMLButtonElement>('button.copy')) {
  // Without a secure context a browser offers no clipboard.
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener('click', () => void copy(button.dataset.copy ?? ''));
}

async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    tell('Đã chép');
  } catch {
    tell('Trình duyệt không cho chép');
  }
}

function tell(sentence: string): void {
  if (!said) return;
  said.textContent = sentence;
  setTimeout(() => {
    if (said.textContent === sentence) said.textContent = '';
  }, 2500);
}

const place = document.getElementById('map');
if (place) void showMap(place);

/** The map stays hidden where there is no WebGL: the page says where the door is without it. */
async function showMap(container: HTMLElement): Promise<void> {
  const center: [number, number] = [Number(container.dataset.lng), Number(container.dataset.lat)];
  const { Map, Marker, NavigationControl } = await import('maplibre-gl');
  container.hidden = false;
  try {
    const map = new Map({
      container,
      style: container.dataset.style ?? '/styles/dia-chi.json',
      center,
      zoom: ZOOM,
      maxZoom: 20,
      dragRotate: false,
      pitchWithRotate: false,
      // One finger scrolls the page.
      cooperativeGestures: true,
      attributionControl: false,
      localIdeographFontFamily: 'sans-serif',
      locale: {
        'Map.Title': 'Bản đồ',
        'NavigationControl.ZoomIn': 'Phóng to',
        'NavigationControl.ZoomOut': 'Thu nhỏ',
        'CooperativeGesturesHandler.WindowsHelpText': 'Giữ Ctrl và cuộn để phóng to',
        'CooperativeGesturesHandler.MacHelpText': 'Giữ ⌘ và cuộn để phóng to',
        'CooperativeGesturesHandler.MobileHelpText': 'Dùng hai ngón tay để di chuyển bản đồ',
      },
    });
    map.addControl(new NavigationControl({ showCompass: false }), 'bottom-right');
    map.on('styleimagemissing', ({ id }) => {
      const picture = drawHatch(id);
      if (picture && !map.hasImage(id)) map.addImage(id, picture, { pixelRatio: 2 });
    });
    map.once('idle', () => document.body.classList.add('has-map'));
    const pin = document.createElement('div');
    pin.className = 'pin';
    pin.setAttribute('aria-label', container.dataset.name ?? '');
    new Marker({ element: pin, anchor: 'bottom', rotation: -45 }).setLngLat(center).addTo(map);
  } catch {
    container.hidden = true;
  }
}
